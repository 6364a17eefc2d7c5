using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>export</c> reports.</summary>
internal sealed record ExportSummary(string File, long Bytes, int ComparedImages, double LargestDifference, double Seconds)
{
    public void Print(IAnsiConsole console) => console.WriteLine(FormattableString.Invariant(
        $"{File}: {Bytes / 1e6:0.0} MB. On {ComparedImages} images it differs from the model by at most {LargestDifference:0.0e+0} of the score."));
}
