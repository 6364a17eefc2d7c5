using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>backbone inspect</c> reports: the tensors of a network for one image of that height and width.</summary>
internal sealed record TapList(string Model, int Height, int Width, TapRow[] Tensors)
{
    public void Print(IAnsiConsole console)
    {
        var table = new Table().AddColumns("Tensor", "Made by", "Channels", "Stride", "").Border(TableBorder.Rounded);
        foreach (var t in Tensors)
            table.AddRow(Markup.Escape(t.Tensor), Markup.Escape(t.Op), $"{t.Channels}", $"{t.Stride}", t.Tapped ? "tapped" : t.Output ? "output" : "");
        console.Write(table);
        console.WriteLine($"{Tensors.Length} tensors can be tapped, seen on an image of {Height} x {Width} pixels: {Model}");
    }
}
