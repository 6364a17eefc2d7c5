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

    /// <summary>The columns of the table over data sets: the means, the worst set, and the false rejects of every set.</summary>
    public static string[] OverallColumns(IReadOnlyList<BenchmarkOverall> overall)
        => ["Mode", "Backbone", "Method", "Sets", "Image AUROC", "AUPRO", "False rejects", "Worst set", "its AUROC", .. SetNames(overall).Select(name => $"FR {name}")];

    /// <summary>The cells of a row of that table.</summary>
    public static string[] Cells(BenchmarkOverall o, IReadOnlyList<BenchmarkOverall> overall) =>
    [
        o.Mode, o.Backbone.Length > 0 ? o.Backbone : "all", o.Method, $"{o.Sets}", Metric.Text(o.ImageAuroc), Metric.Text(o.Aupro), Metric.Text(o.FalseRejectRate),
        o.WorstSet, Metric.Text(o.WorstImageAuroc), .. SetNames(overall).Select(name => Metric.Text(o.FalseRejectRates.GetValueOrDefault(name))),
    ];

    private static IEnumerable<string> SetNames(IReadOnlyList<BenchmarkOverall> overall) => overall.SelectMany(o => o.FalseRejectRates.Keys).Distinct();

    /// <summary>Whether a column of <see cref="SummaryColumns"/>, or of a table by category, holds names.</summary>
    public static bool IsText(string column) => column is "Data" or "Category" or "Mode" or "Backbone" or "Method" or "Defect" or "Worst set";

    /// <summary>Tables for a README: by data set, then over all of them where there are several.</summary>
    public static string Markdown(BenchmarkResult result)
    {
        string text = Table(SummaryColumns, result.Summary.Select(Cells));
        return result.Overall.Count == 0 ? text : text + "\n" + Table(OverallColumns(result.Overall), result.Overall.Select(o => Cells(o, result.Overall)));

        string Table(string[] columns, IEnumerable<string[]> rows)
            => Line(columns) + Line(columns.Select(c => IsText(c) ? "---" : "---:")) + string.Concat(rows.Select(Line));
        string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal)))} |\n";
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Exact(double? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "";
}
