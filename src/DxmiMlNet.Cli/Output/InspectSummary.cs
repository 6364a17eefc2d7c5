using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>inspect</c> reports; Images counts those that were scored.</summary>
internal sealed record InspectSummary(string Model, string? Output, int Images, int Passed, int Review, int Rejected, FailedItem[] Failed,
    double Seconds, double PeakMemoryMb, double MsPerImage)
{
    public void Print(IAnsiConsole console)
    {
        var table = new Table().AddColumns("Passed", "To review", "Rejected", "Failed", "All").Border(TableBorder.Rounded);
        table.AddRow($"{Passed}", $"{Review}", $"{Rejected}", $"{Failed.Length}", $"{Images + Failed.Length}");
        console.Write(table);
        console.WriteLine($"{MsPerImage:0.0} ms an image.{(Output is null ? "" : $" Results: {Output}")}");
    }
}
