using DxmiMlNet.Lab.Benchmarking;
using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>benchmark</c> reports.</summary>
internal sealed record BenchmarkOutput(string Output, IReadOnlyList<BenchmarkRow> Rows, IReadOnlyList<BenchmarkSummary> Summary,
    IReadOnlyList<BenchmarkOverall> Overall, FailedItem[] Failed, double Seconds, double PeakMemoryMb)
{
    public static BenchmarkOutput Of(string output, BenchmarkResult result, CommandRun run)
        => new(output, result.Rows, result.Summary, result.Overall,
            [.. result.FailedFits.Select(f => new FailedItem(f.Fit, $"{f.Fit}: {f.Error.Message}")), .. FailedItem.Of(result.Failed)],
            run.Seconds, Cli.Output.PeakMemory.Megabytes());

    public void Print(IAnsiConsole console)
    {
        Write(BenchmarkTable.SummaryColumns, Summary.Select(BenchmarkTable.Cells));
        if (Overall.Count > 0)
            Write(BenchmarkTable.OverallColumns(Overall), Overall.Select(o => BenchmarkTable.Cells(o, Overall)));
        console.WriteLine($"{Rows.Count(row => row.Defect.Length == 0)} rows in {Seconds:0} s; {Failed.Length} images or fits failed. Page and tables: {Output}");

        void Write(string[] columns, IEnumerable<string[]> rows)
        {
            var table = new Table().AddColumns(columns).Border(TableBorder.Rounded);
            foreach (var row in rows)
                table.AddRow(row.Select(Markup.Escape).ToArray());
            console.Write(table);
        }
    }
}
