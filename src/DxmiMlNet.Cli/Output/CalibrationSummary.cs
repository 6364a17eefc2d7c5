using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>calibrate</c> reports.</summary>
internal sealed record CalibrationSummary(string Model, int CalibrationImages, FailedItem[] Failed, double Alpha, double ReviewAlpha, float? Threshold,
    float? ReviewThreshold, float PixelThreshold, IReadOnlyList<CaughtDefects>? Caught, double Seconds)
{
    public void Print(IAnsiConsole console)
    {
        console.WriteLine(FormattableString.Invariant($"Rejects from {Threshold:G6} (at most {100 * Alpha:G3} % of good parts), reviews from {ReviewThreshold:G6} ({100 * ReviewAlpha:G3} %); {CalibrationImages} good images."));
        if (Caught is not null)
        {
            var table = new Table().AddColumns("alpha", "Defects caught", "Share").Border(TableBorder.Rounded);
            foreach (var row in Caught)
                table.AddRow($"{row.Alpha}", $"{row.Caught} of {row.Defects}", FormattableString.Invariant($"{100 * row.Share:0} %"));
            console.Write(table);
        }
        console.WriteLine($"Model: {Model}");
    }
}
