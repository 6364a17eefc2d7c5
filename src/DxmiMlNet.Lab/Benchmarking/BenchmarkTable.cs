using System.Globalization;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>Rows and summaries as text: the columns of the CSV file, the page, and the README's table.</summary>
internal static class BenchmarkTable
{
    public static readonly string[] SummaryColumns = ["Data", "Mode", "Backbone", "Method", "Rows", "Image AUROC", "AP", "Pixel AUROC", "AUPRO", "Best F1",
        "Good rejected", "Fit s", "ms/image", "of it detector", "MB", "Peak MB"];

    public static readonly string[] RowColumns = ["dataset", "category", "defect", "mode", "backbone", "method", "seed", "anomalous", "failed",
        "imageAuroc", "averagePrecision", "pixelAuroc", "aupro", "f1Best", "falseRejectRate", "fitSeconds", "msPerImage", "detectorMsPerImage", "modelBytes", "detectorBytes", "peakMemoryMb", "fingerprint"];

    public static string[] Cells(BenchmarkSummary s) =>
    [
        s.Dataset.Length > 0 ? s.Dataset : "all", s.Mode, s.Backbone, s.Method, $"{s.Rows}",
        Share(s.ImageAuroc), Share(s.AveragePrecision), Share(s.PixelAuroc), Share(s.Aupro), Share(s.F1Best), Share(s.FalseRejectRate),
        Number(s.FitSeconds, "0.0"), Number(s.MsPerImage, "0.0"), Number(s.DetectorMsPerImage, "0.0"), Number(s.ModelBytes / 1e6, "0.0"), Number(s.PeakMemoryMb, "0"),
    ];

    public static string[] Cells(BenchmarkRow r) =>
    [
        r.Dataset, r.Category, r.Defect, r.Mode, r.Backbone, r.Method, $"{r.Seed}", $"{r.Anomalous}", $"{r.Failed}",
        Exact(r.ImageAuroc), Exact(r.AveragePrecision), Exact(r.PixelAuroc), Exact(r.Aupro), Exact(r.F1Best), Exact(r.FalseRejectRate),
        Exact(r.FitSeconds), Exact(r.MsPerImage), Exact(r.DetectorMsPerImage), $"{r.ModelBytes}", $"{r.DetectorBytes}", Exact(r.PeakMemoryMb), r.Fingerprint,
    ];

    /// <summary>A table for a README.</summary>
    public static string Markdown(IEnumerable<BenchmarkSummary> summaries)
    {
        string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(c => c.Replace("|", "\\|", StringComparison.Ordinal)))} |\n";
        return Line(SummaryColumns) + Line(SummaryColumns.Select((_, i) => i < 4 ? "---" : "---:")) + string.Concat(summaries.Select(s => Line(Cells(s))));
    }

    /// <summary>Three decimals; a dash for what is undefined.</summary>
    public static string Share(double? value) => value is { } number ? Number(number, "0.000") : "-";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Exact(double? value) => value is { } number ? number.ToString(CultureInfo.InvariantCulture) : "";
}
