using System.Xml.Linq;
using DxmiMlNet.Explanation;
using static DxmiMlNet.Explanation.Html;

namespace DxmiMlNet.Lab.Densities;

/// <summary>The frame of an experiment's page, in the style of the inspection reports; it shows what it carries and nothing else.</summary>
internal static class ExperimentPage
{
    private const string ContentPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

    public static XElement Of(string title, params XElement?[] sections)
        => Element("html", ("lang", "en"),
            Element("head",
                Element("meta", ("charset", "utf-8")),
                Element("meta", ("http-equiv", "Content-Security-Policy"), ("content", ContentPolicy)),
                Element("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
                Element("meta", ("name", "color-scheme"), ("content", "light dark")),
                Element("title", title),
                Element("style", ReportStyle.Css)),
            Element("body", Element("main", Element("h1", title), sections.Where(s => s is not null)!)));

    public static XElement Tiles(params (string Name, string Value, string? Note)[] tiles)
        => Element("dl", ("class", "tiles"), tiles.Select(t => Element("div",
            Element("dt", t.Name), Element("dd", t.Value), t.Note is null ? null : Element("dd", ("class", "note"), t.Note))));

    /// <summary>A section of figures with captions; drawings that are null are left out.</summary>
    public static XElement Figures(string title, params (XElement? Drawing, string Caption)[] figures)
        => Element("section", Element("h2", title), Element("div", ("class", "gallery"), figures.Where(f => f.Drawing is not null)
            .Select(f => Element("figure", f.Drawing, Element("figcaption", f.Caption)))));

    public static string Text(double? value) => value is { } number ? FormattableString.Invariant($"{number:0.000}") : "-";
}
