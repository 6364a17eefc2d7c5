using DxmiMlNet.Lab.Benchmarking;
using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>Prints what <c>bench</c> measured.</summary>
internal static class TimingTable
{
    public static void Print(InspectionTimingReport report, IAnsiConsole console)
    {
        foreach (var row in report.Threads)
        {
            var table = new Table().AddColumns("Way", "Batch", "ms an image", "95 %", "99 %").Border(TableBorder.Rounded);
            foreach (var route in row.Routes)
                table.AddRow(route.Route, $"{route.Batch}", Text(route.P50), Text(route.P95), Text(route.P99));
            console.Write(table);
            console.WriteLine(FormattableString.Invariant($"{row.Threads} thread{(row.Threads == 1 ? "" : "s")}: image to verdict with map ")
                + FormattableString.Invariant($"{row.TotalOverBackbone:0.00} times the backbone, {100 * row.EnergyShare:0} % of it the detector; ")
                + FormattableString.Invariant($"PredictionEngine {row.EngineOverDirect:0.00} times the direct call; {row.ImagesPerSecond:0.0} images a second; ")
                + FormattableString.Invariant($"{row.AllocatedBytesPerImage:0} bytes an image."));
        }
        console.WriteLine(FormattableString.Invariant($"From file to first verdict {report.LoadMs:0} ms; {report.ResidentMb:0} MB in memory; ")
            + FormattableString.Invariant($"libtorch {(report.LibtorchLoaded ? "loaded" : "not loaded")}; images of {report.ImageSize}, backbone {report.Backbone}."));
        if (report.Endurance is { } endurance)
            console.WriteLine(FormattableString.Invariant($"{endurance.Images} images: {endurance.ResidentMb:0.0} MB after {endurance.ResidentMbAt500:0.0} MB at 500; ")
                + FormattableString.Invariant($"{endurance.Handles} handles after {endurance.HandlesAt500}."));

        static string Text(double value) => FormattableString.Invariant($"{value:0.00}");
    }
}
