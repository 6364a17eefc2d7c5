using System.Globalization;
using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>backbone list</c> reports.</summary>
internal sealed record BackboneList(BackboneRow[] Backbones, FailedItem[] Failed)
{
    public void Print(IAnsiConsole console)
    {
        bool timed = Backbones.Any(b => b.Milliseconds is not null);
        var table = new Table().AddColumns("Name", "Network", "Taps", "Licence", "MB").Border(TableBorder.Rounded);
        if (timed)
            table.AddColumn("ms an image");
        table.AddColumn("Where");
        foreach (var b in Backbones)
        {
            string[] cells = [b.Name, b.Network, string.Join(", ", b.Taps.Select(t => $"{t.Tensor} ({t.Stride})")), b.Licence,
                b.ModelBytes is { } bytes ? Text(bytes / 1e6) : "-"];
            if (timed)
                cells = [.. cells, b.Milliseconds is { } ms ? Text(ms) : "-"];
            string where = b.Present ? b.Model : b.WhereToGet is { } hint ? $"missing: {hint}" : $"missing: {b.Model}";
            table.AddRow([.. cells.Append(where).Select(Markup.Escape)]);
        }
        console.Write(table);
        if (timed)
            console.WriteLine("ms an image: features of one image on one thread, median of 30, all in turn.");
    }

    private static string Text(double value) => value.ToString("0.0", CultureInfo.CurrentCulture);
}
