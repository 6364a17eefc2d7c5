namespace DxmiMlNet.Evaluation;

/// <summary>
/// The figures of an evaluation. Every record that carries them is one, so that they have the same names everywhere; <see cref="Metric.All"/> lists them
/// for tables. What the images leave undefined is null, never an error.
/// </summary>
public record MetricSet
{
    /// <summary>Image AUROC, 0 to 1; null unless there are both good and anomalous images. See <see cref="RankMetrics.AreaUnderRoc"/>.</summary>
    public double? ImageAuroc { get; init; }

    /// <summary>Average precision of the image scores, 0 to 1; null without anomalous images. See <see cref="RankMetrics.AveragePrecision"/>.</summary>
    public double? AveragePrecision { get; init; }

    /// <summary>AUROC over all pixels, 0 to 1; null unless there are maps with both normal and defect pixels. See <see cref="PixelMetrics.AreaUnderRoc"/>.</summary>
    public double? PixelAuroc { get; init; }

    /// <summary>AUPRO up to a false-positive rate of 0.3, 0 to 1; null as <see cref="PixelAuroc"/>. See <see cref="PixelMetrics.Aupro"/>.</summary>
    public double? Aupro { get; init; }

    /// <summary>
    /// Largest F1 that any threshold on the score reaches, 0 to 1; null without anomalous images, and for one kind of defect. It is chosen on these very
    /// images, so it flatters.
    /// </summary>
    public double? F1Best { get; init; }

    /// <summary>The smallest score that is rejected where <see cref="F1Best"/> is reached; null where that is.</summary>
    public double? F1BestThreshold { get; init; }

    /// <summary>F1 of the decisions taken, 0 to 1; null without decisions or anomalous images, and for one kind of defect.</summary>
    public double? F1AtThreshold { get; init; }

    /// <summary>Share of good images that were rejected, 0 to 1; null without decisions or good images, and for one kind of defect.</summary>
    public double? FalseRejectRate { get; init; }

    /// <summary>
    /// The mean of each metric over the sets that have it; null where none has. <see cref="F1BestThreshold"/> is left out: scores of different models have
    /// no common unit.
    /// </summary>
    /// <param name="sets">For example one a category and seed.</param>
    public static MetricSet Mean(IReadOnlyCollection<MetricSet> sets)
    {
        ArgumentNullException.ThrowIfNull(sets);
        return new MetricSet
        {
            ImageAuroc = sets.Average(m => m.ImageAuroc),
            AveragePrecision = sets.Average(m => m.AveragePrecision),
            PixelAuroc = sets.Average(m => m.PixelAuroc),
            Aupro = sets.Average(m => m.Aupro),
            F1Best = sets.Average(m => m.F1Best),
            F1AtThreshold = sets.Average(m => m.F1AtThreshold),
            FalseRejectRate = sets.Average(m => m.FalseRejectRate),
        };
    }

    /// <summary>The value, or null where it is not finite.</summary>
    internal static double? Defined(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
