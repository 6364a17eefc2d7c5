using System.Xml.Linq;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Reports;

/// <summary>What pages and fragments are put together from: sections, tables, tiles, figures.</summary>
internal static class HtmlParts
{
    /// <summary>A section with a heading; content that is null is left out.</summary>
    public static XElement Section(string title, params ReadOnlySpan<object?> content)
        => Element("section", [Element("h2", title), .. content]);

    /// <summary>A table that scrolls sideways where it is wider than the page.</summary>
    /// <param name="columns">The headings.</param>
    /// <param name="rows">As many cells a row: texts, elements, or lists of elements.</param>
    /// <param name="isText">Which columns besides the first are no numbers and stand left; null for none.</param>
    public static XElement Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<object>> rows, Func<string, bool>? isText = null)
    {
        (string, string)? Side(int column) => column == 0 || isText?.Invoke(columns[column]) == true ? ("class", "left") : null;
        return Element("div", ("class", "wide"), Element("table",
            Element("thead", Element("tr", columns.Select((c, i) => Element("th", ("scope", "col"), Side(i), c)))),
            Element("tbody", rows.Select(row => Element("tr",
                row.Select((cell, i) => i == 0 ? Element("th", ("scope", "row"), Side(i), cell) : Element("td", Side(i), cell)))))));
    }

    /// <summary>A table of texts, such as messages and settings: the second column takes the room that the first leaves.</summary>
    public static XElement Texts(string name, string value, IEnumerable<(string Name, object Value)> rows)
        => Element("table", ("class", "text"),
            Element("thead", Element("tr", Element("th", ("scope", "col"), name), Element("th", ("scope", "col"), value))),
            Element("tbody", rows.Select(r => Element("tr", Element("th", ("scope", "row"), r.Name), Element("td", r.Value)))));

    /// <summary>Headline figures side by side.</summary>
    public static XElement Tiles(IEnumerable<ReportEntry> entries)
        => Element("dl", ("class", "tiles"), entries.Select(e => Element("div",
            Element("dt", e.Name), Element("dd", e.Value), e.Note is null ? null : Element("dd", ("class", "note"), e.Note))));

    /// <summary>Drawings side by side with captions; those that are null are left out.</summary>
    public static XElement Figures(params IEnumerable<(XElement? Drawing, string Caption)> figures)
        => Element("div", ("class", "figures"), figures.Where(f => f.Drawing is not null)
            .Select(f => Element("figure", f.Drawing, Element("figcaption", f.Caption))));

    /// <summary>A picture that the page carries.</summary>
    /// <param name="encoded">PNG or JPEG.</param>
    /// <param name="text">What it shows, for those who cannot see it.</param>
    /// <exception cref="DxmiException">It is neither.</exception>
    public static XElement Picture(byte[] encoded, string text) => Element("img", ("src", ReportPicture.ToDataUri(encoded)), ("alt", text));
}
