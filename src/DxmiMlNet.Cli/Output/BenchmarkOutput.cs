using DxmiMlNet.Lab.Benchmarking;
using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>benchmark</c> reports.</summary>
internal sealed record BenchmarkOutput(string Output, IReadOnlyList<BenchmarkRow> Rows, IReadOnlyList<BenchmarkSummary> Summary, FailedItem[] Failed,
    double Seconds, double PeakMemoryMb)
{
    public static BenchmarkOutput Of(string output, BenchmarkResult result, CommandRun run)
        => new(output, result.Rows, result.Summary,
            [.. result.FailedFits.Select(f => new FailedItem(f.Fit, $"{f.Fit}: {f.Error.Message}")), .. FailedItem.Of(result.Failed)],
            run.Seconds, Cli.Output.PeakMemory.Megabytes());

    public void Print(IAnsiConsole console)
    {
        var table = new Table().AddColumns(BenchmarkTable.SummaryColumns).Border(TableBorder.Rounded);
        foreach (var summary in Summary)
            table.AddRow(BenchmarkTable.Cells(summary).Select(Markup.Escape).ToArray());
        console.Write(table);
        console.WriteLine($"{Rows.Count(row => row.Defect.Length == 0)} rows in {Seconds:0} s; {Failed.Length} images or fits failed. Page and tables: {Output}");
    }
}
