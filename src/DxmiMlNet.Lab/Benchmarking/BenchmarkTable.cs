using System.Globalization;
using DxmiMlNet.Evaluation;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>Rows and summaries as text: the columns of the CSV file, the page, and the README's table.</summary>
public static class BenchmarkTable
{
    /// <summary>The metrics in tables.</summary>
    public static readonly IReadOnlyList<Metric> Metrics = Metric.Choose(nameof(MetricSet.ImageAuroc), nameof(MetricSet.AveragePrecision), nameof(MetricSet.PixelAuroc),
        nameof(MetricSet.Aupro), nameof(MetricSet.F1Best), nameof(MetricSet.FalseRejectRate));

    /// <summary>Titles of the columns of a table of summaries.</summary>
    public static readonly string[] SummaryColumns = ["Data", "Mode", "Backbone", "Method", "Rows", .. Metrics.Select(m => m.ShortTitle),
        "Fit s", "ms/image", "of it detector", "MB", "Peak MB"];

    /// <summary>Names of the columns of a table of rows.</summary>
    public static readonly string[] RowColumns = ["dataset", "category", "defect", "mode", "backbone", "method", "seed", "anomalous", "failed",
        .. Metrics.Select(m => m.Key), "fitSeconds", "msPerImage", "detectorMsPerImage", "modelBytes", "detectorBytes", "peakMemoryMb", "fingerprint"];

    /// <summary>A summary as cells of <see cref="SummaryColumns"/>.</summary>
    public static string[] Cells(BenchmarkSummary s) =>
    [
        s.Dataset.Length > 0 ? s.Dataset : "all", s.Mode, s.Backbone, s.Method, $"{s.Rows}", .. Metrics.Select(m => m.Text(s)),
        Number(s.FitSeconds, "0.0"), Number(s.MsPerImage, "0.0"), Number(s.DetectorMsPerImage, "0.0"), Number(s.ModelBytes / 1e6, "0.0"), Number(s.PeakMemoryMb, "0"),
    ];

    /// <summary>A row as cells of <see cref="RowColumns"/>.</summary>
    public static string[] Cells(BenchmarkRow r) =>
    [
        r.Dataset, r.Category, r.Defect, r.Mode, r.Backbone, r.Method, $"{r.Seed}", $"{r.Anomalous}", $"{r.Failed}", .. Metrics.Select(m => Exact(m.Value(r))),
        Exact(r.FitSeconds), Exact(r.MsPerImage), Exact(r.DetectorMsPerImage), $"{r.ModelBytes}", $"{r.DetectorBytes}", Exact(r.PeakMemoryMb), r.Fingerprint,
    ];

    /// <summary>Whether a column of <see cref="SummaryColumns"/>, or of a table by category, holds names.</summary>
    public static bool IsText(string column) => column is "Data" or "Category" or "Mode" or "Backbone" or "Method" or "Defect";

    /// <summary>A table for a README.</summary>
    public static string Markdown(IEnumerable<BenchmarkSummary> summaries)
    {
        string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal)))} |\n";
        return Line(SummaryColumns) + Line(SummaryColumns.Select(c => IsText(c) ? "---" : "---:")) + string.Concat(summaries.Select(s => Line(Cells(s))));
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Exact(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
