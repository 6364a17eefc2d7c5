using System.Xml.Linq;
using DxmiMlNet.Evaluation;
using DxmiMlNet.Reports;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>The benchmark's page: means by method, then every category and kind of defect.</summary>
internal static class BenchmarkPage
{
    private static readonly IReadOnlyList<Metric> s_details = Metric.Choose(nameof(MetricSet.ImageAuroc), nameof(MetricSet.PixelAuroc), nameof(MetricSet.Aupro),
        nameof(MetricSet.FalseRejectRate));

    public static XElement Render(BenchmarkResult result)
        => HtmlPage.Of("Benchmark", isWide: true,
        [
            Element("header",
                Element("h1", "Benchmark"),
                Element("p", ("class", "soft"), "All methods on the same stored features in the same run; decisions calibrated on held-back good images. "
                    + "Times an image are medians; sizes in units of a million bytes, memory in units of 2^20 bytes.")),
            HtmlParts.Section("Means over categories and seeds",
                HtmlParts.Table(BenchmarkTable.SummaryColumns, result.Summary.Select(BenchmarkTable.Cells), BenchmarkTable.IsText)),
            result.Overall.Count == 0 ? null : HtmlParts.Section("Over all data sets, each counting the same; false rejects (FR) of every set",
                HtmlParts.Table(BenchmarkTable.OverallColumns(result.Overall), result.Overall.Select(o => BenchmarkTable.Cells(o, result.Overall)), BenchmarkTable.IsText)),
            .. s_details.Select(metric => Details(result, metric)),
            Failures(result),
        ]);

    /// <summary>One metric: a line a category and kind of defect, a column a method, means over the seeds.</summary>
    private static XElement? Details(BenchmarkResult result, Metric metric)
    {
        if (!result.Rows.Any(row => metric.Value(row) is not null))
            return null;
        string[] methods = [.. result.Rows.Select(row => row.Method).Distinct()];
        var lines = result.Rows.GroupBy(row => (row.Dataset, row.Category, row.Mode, row.Backbone, row.Defect))
            .Where(g => g.Any(row => metric.Value(row) is not null));
        return HtmlParts.Section(metric.Title,
            HtmlParts.Table(["Data", "Category", "Mode", "Backbone", "Defect", "Anomalous", .. methods], lines.Select(g => (string[])
            [
                g.Key.Dataset, g.Key.Category, g.Key.Mode, g.Key.Backbone, g.Key.Defect.Length > 0 ? g.Key.Defect : "(all)", $"{g.First().Anomalous}",
                .. methods.Select(method => Metric.Text(g.Where(row => row.Method == method).Average(metric.Value))),
            ]), BenchmarkTable.IsText));
    }

    private static XElement? Failures(BenchmarkResult result)
        => result.Failed.Count + result.FailedFits.Count == 0 ? null : HtmlParts.Section("What failed",
            HtmlParts.Texts("Fit or image", "What was wrong", result.FailedFits.Select(f => (f.Fit, (object)f.Error.Message))
                .Concat(result.Failed.Select(f => (f.Path, (object)f.Error.Message)))));
}
