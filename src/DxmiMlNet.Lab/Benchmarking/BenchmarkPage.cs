using System.Xml.Linq;
using DxmiMlNet.Explanation;
using static DxmiMlNet.Explanation.Html;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>The benchmark's page: means by method, then every category and kind of defect.</summary>
internal static class BenchmarkPage
{
    // The page may show what it carries and nothing else, whatever a file name says.
    private const string ContentPolicy = "default-src 'none'; style-src 'unsafe-inline'";

    public static XElement Render(BenchmarkResult result)
        => Element("html", ("lang", "en"),
            Element("head",
                Element("meta", ("charset", "utf-8")),
                Element("meta", ("http-equiv", "Content-Security-Policy"), ("content", ContentPolicy)),
                Element("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
                Element("meta", ("name", "color-scheme"), ("content", "light dark")),
                Element("title", "Benchmark"),
                Element("style", ReportStyle.Css + "main { max-width: none; } .wide { overflow-x: auto; }")),
            Element("body", Element("main",
                Element("header",
                    Element("h1", "Benchmark"),
                    Element("p", ("class", "soft"), "All methods on the same stored features in the same run; decisions calibrated on held-back good images. "
                        + "Times an image are medians; sizes in units of a million bytes, memory in units of 2^20 bytes.")),
                Element("section",
                    Element("h2", "Means over categories and seeds"),
                    Table(BenchmarkTable.SummaryColumns, result.Summary.Select(BenchmarkTable.Cells))),
                Details(result, "Image AUROC", row => row.ImageAuroc),
                Details(result, "Pixel AUROC", row => row.PixelAuroc),
                Details(result, "AUPRO", row => row.Aupro),
                Details(result, "Good parts rejected", row => row.FalseRejectRate),
                Failures(result))));

    /// <summary>One figure: a line a category and kind of defect, a column a method, means over the seeds.</summary>
    private static XElement? Details(BenchmarkResult result, string title, Func<BenchmarkRow, double?> figure)
    {
        if (!result.Rows.Any(row => figure(row) is not null))
            return null;
        string[] methods = [.. result.Rows.Select(row => row.Method).Distinct()];
        var lines = result.Rows.GroupBy(row => (row.Dataset, row.Category, row.Mode, row.Backbone, row.Defect))
            .Where(g => g.Any(row => figure(row) is not null));
        return Element("section",
            Element("h2", title),
            Table(["Data", "Category", "Mode", "Backbone", "Defect", "Anomalous", .. methods], lines.Select(g => (string[])
            [
                g.Key.Dataset, g.Key.Category, g.Key.Mode, g.Key.Backbone, g.Key.Defect.Length > 0 ? g.Key.Defect : "(all)", $"{g.First().Anomalous}",
                .. methods.Select(method => BenchmarkTable.Share(g.Where(row => row.Method == method).Average(figure))),
            ])));
    }

    private static XElement? Failures(BenchmarkResult result)
        => result.Failed.Count + result.FailedFits.Count == 0 ? null : Element("section",
            Element("h2", "What failed"),
            Table(["Fit or image", "What was wrong"], result.FailedFits.Select(f => (string[])[f.Fit, f.Error.Message])
                .Concat(result.Failed.Select(f => (string[])[f.Path, f.Error.Message]))));

    private static XElement Table(string[] columns, IEnumerable<string[]> rows)
        => Element("div", ("class", "wide"), Element("table",
            Element("thead", Element("tr", columns.Select(c => Element("th", ("scope", "col"), c)))),
            Element("tbody", rows.Select(row => Element("tr",
                row.Select((cell, i) => i == 0 ? Element("th", ("scope", "row"), cell) : Element("td", cell)))))));
}
