using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>backbone check</c> reports of a description that fits its model: the grid of patches for one image of that size.</summary>
internal sealed record BackboneCheck(string File, string Name, int ImageHeight, int ImageWidth, int GridHeight, int GridWidth, int Channels, string[] Taps)
{
    public void Print(IAnsiConsole console)
        => console.WriteLine($"{Name} fits: {ImageHeight} x {ImageWidth} pixels give {GridHeight} x {GridWidth} patches of {Channels} values, from {string.Join(", ", Taps)}.");
}
