using System.Xml.Linq;
using DxmiMlNet.Reports;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Lab.Densities;

/// <summary>What the pages of the experiments share, in the style of the inspection reports.</summary>
internal static class ExperimentPage
{
    public static XElement Of(string title, params ReadOnlySpan<XElement?> sections) => HtmlPage.Of(title, [Element("h1", title), .. sections]);

    public static XElement Tiles(params (string Name, string Value, string? Note)[] tiles)
        => HtmlParts.Tiles(tiles.Select(t => new ReportEntry(t.Name, t.Value, t.Note)));

    /// <summary>A section of figures with captions; drawings that are null are left out.</summary>
    public static XElement Figures(string title, params (XElement? Drawing, string Caption)[] figures) => HtmlParts.Section(title, HtmlParts.Figures(figures));

    public static string Text(double? value) => value is { } number ? FormattableString.Invariant($"{number:0.000}") : "-";
}
