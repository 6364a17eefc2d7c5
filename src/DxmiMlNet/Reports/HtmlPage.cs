using System.Text;
using System.Xml.Linq;
using DxmiMlNet.Files;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Reports;

/// <summary>A whole page: a head, and what notebooks show as fragments of their own. It needs nothing else: no network, no scripts.</summary>
internal static class HtmlPage
{
    // The page may show what it carries and nothing else, whatever a file name says.
    private const string ContentPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    /// <summary>A page of sections; those that are null are left out.</summary>
    public static XElement Of(string title, params ReadOnlySpan<XElement?> sections) => Of(title, isWide: false, sections);

    /// <summary>The same, as wide as the window where it holds wide tables.</summary>
    public static XElement Of(string title, bool isWide, params ReadOnlySpan<XElement?> sections)
        => Element("html", ("lang", "en"),
            Element("head",
                Element("meta", ("charset", "utf-8")),
                Element("meta", ("http-equiv", "Content-Security-Policy"), ("content", ContentPolicy)),
                Element("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
                Element("meta", ("name", "color-scheme"), ("content", "light dark")),
                Element("title", title),
                Element("style", ReportStyle.Fragment + ReportStyle.Page)),
            Element("body", ("class", ReportStyle.Scope), Element("main", [isWide ? ("class", "wide-page") : null, .. sections])));

    /// <summary>Writes a page to a file, which appears whole or not at all.</summary>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public static void Save(XElement page, string path) => AtomicFile.Write(path, "The report", stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        Html.Write(page, writer);
    });
}
