using DxmiMlNet.Lab.Densities;
using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>Prints the table of all rows.</summary>
internal static class DensitiesTable
{
    public static void Print(this DensitiesSummary summary, IAnsiConsole console)
    {
        var table = new Table().AddColumns([.. DensitiesSummary.Columns.Select(c => new TableColumn(c).NoWrap())]).Border(TableBorder.Rounded);
        foreach (var (_, cells) in summary.Medians)
            table.AddRow(cells);
        console.Write(table);
        foreach (var row in summary.Rows.Where(row => row.Diverged is not null))
            console.WriteLine($"{row.Key}: {row.Diverged}");
        console.WriteLine(FormattableString.Invariant($"An iteration takes {string.Join(", ", summary.MsPerIteration.Select(m => $"{m.Value} ms at batch {m.Key}"))}."));
        console.WriteLine($"Report: {summary.Report}");
    }
}
