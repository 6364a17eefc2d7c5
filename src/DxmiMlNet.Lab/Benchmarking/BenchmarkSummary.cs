using DxmiMlNet.Evaluation;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>Means over the categories and seeds of a method; a metric that some rows lack is the mean of the others, null without any.</summary>
/// <param name="Dataset">Name of the data set; empty for the mean over all of them, each category counting the same.</param>
/// <param name="Mode">"separate" or "unified".</param>
/// <param name="Backbone">Name of the backbone.</param>
/// <param name="Method">Name of the method.</param>
/// <param name="Rows">Categories times seeds.</param>
public sealed record BenchmarkSummary(string Dataset, string Mode, string Backbone, string Method, int Rows) : MetricSet
{
    /// <summary>Seconds of a fit.</summary>
    public double FitSeconds { get; init; }

    /// <summary>Milliseconds an image.</summary>
    public double MsPerImage { get; init; }

    /// <summary>The detector's part of them.</summary>
    public double DetectorMsPerImage { get; init; }

    /// <summary>Bytes of a saved model.</summary>
    public double ModelBytes { get; init; }

    /// <summary>Peak memory, in units of 2^20 bytes.</summary>
    public double PeakMemoryMb { get; init; }

    /// <summary>The means of the rows of whole categories, by data set first; of all data sets together at the end where there are several.</summary>
    internal static IReadOnlyList<BenchmarkSummary> Of(IEnumerable<BenchmarkRow> rows)
    {
        var whole = rows.Where(r => r.Defect.Length == 0).ToArray();
        var byDataset = whole.GroupBy(r => r.Dataset).SelectMany(set => ByMethod(set.Key, set));
        return [.. whole.Select(r => r.Dataset).Distinct().Count() > 1 ? byDataset.Concat(ByMethod("", whole)) : byDataset];
    }

    private static IEnumerable<BenchmarkSummary> ByMethod(string dataset, IEnumerable<BenchmarkRow> rows)
        => rows.GroupBy(r => (r.Mode, r.Backbone, r.Method)).Select(g => new BenchmarkSummary(dataset, g.Key.Mode, g.Key.Backbone, g.Key.Method, g.Count())
        {
            FitSeconds = g.Average(r => r.FitSeconds),
            MsPerImage = g.Average(r => r.MsPerImage),
            DetectorMsPerImage = g.Average(r => r.DetectorMsPerImage),
            ModelBytes = g.Average(r => r.ModelBytes),
            PeakMemoryMb = g.Average(r => r.PeakMemoryMb),
        }.WithMetrics(MetricSet.Mean([.. g])));
}
