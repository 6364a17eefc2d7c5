using DxmiMlNet.Lab.Pictures;
using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>Prints the table of all rows.</summary>
internal static class ImagesTable
{
    public static void Print(this ImagesSummary summary, IAnsiConsole console)
    {
        var table = new Table().AddColumns([.. ImagesSummary.Columns.Select(c => new TableColumn(c).NoWrap())]).Border(TableBorder.Rounded);
        foreach (var (_, cells) in summary.Lines)
            table.AddRow(cells);
        console.Write(table);
        foreach (var row in summary.Rows.Where(row => row.Diverged is not null))
            console.WriteLine($"{row.Start}, T = {row.Steps}, seed {row.Seed}: {row.Diverged}");
        console.WriteLine(summary.FloorText);
        console.WriteLine($"Report: {summary.Report}");
    }
}
