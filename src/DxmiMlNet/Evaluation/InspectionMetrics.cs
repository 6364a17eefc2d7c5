using Microsoft.Data.Analysis;

namespace DxmiMlNet.Evaluation;

/// <summary>How well anomalous images and their defects are found. A metric that the images leave undefined is NaN or null, never an error.</summary>
public sealed record InspectionMetrics
{
    /// <summary>Images evaluated, good and anomalous.</summary>
    public required int Images { get; init; }

    /// <summary>Image AUROC, 0 to 1; NaN unless there are both good and anomalous images. See <see cref="RankMetrics.AreaUnderRoc"/>.</summary>
    public required double ImageAuroc { get; init; }

    /// <summary>Average precision of the image scores, 0 to 1; NaN without anomalous images. See <see cref="RankMetrics.AveragePrecision"/>.</summary>
    public required double AveragePrecision { get; init; }

    /// <summary>
    /// Largest F1 that any threshold on the score reaches, 0 to 1; NaN without anomalous images. It is chosen on these very images, so it
    /// flatters.
    /// </summary>
    public required double F1Best { get; init; }

    /// <summary>The smallest score that is rejected where <see cref="F1Best"/> is reached; NaN without anomalous images.</summary>
    public required float F1BestThreshold { get; init; }

    /// <summary>F1 of the decisions taken, 0 to 1; NaN without anomalous images, null without decisions.</summary>
    public required double? F1AtThreshold { get; init; }

    /// <summary>Share of good images that were rejected, 0 to 1; null without decisions or without good images.</summary>
    public required double? FalseRejectRate { get; init; }

    /// <summary>AUROC over all pixels, 0 to 1; null unless there are maps with both normal and defect pixels. See <see cref="PixelMetrics.AreaUnderRoc"/>.</summary>
    public required double? PixelAuroc { get; init; }

    /// <summary>AUPRO up to a false-positive rate of 0.3, 0 to 1; null unless there are maps with both normal and defect pixels. See <see cref="PixelMetrics.Aupro"/>.</summary>
    public required double? Aupro { get; init; }

    /// <summary>The same by type of defect, in ordinal order of their names; empty without anomalous images.</summary>
    public required IReadOnlyDictionary<string, DefectMetrics> ByDefect { get; init; }

    /// <summary>
    /// A table with one row for all images, called "(all)", and one a defect type. What is null here, and what only makes sense for all
    /// images together, is null there.
    /// </summary>
    /// <returns>
    /// Columns DefectType (String), Images (Int32) and, all Double: ImageAuroc, AveragePrecision, PixelAuroc, Aupro, F1Best,
    /// F1BestThreshold, F1AtThreshold, FalseRejectRate.
    /// </returns>
    public DataFrame ToDataFrame() => new(
        new StringDataFrameColumn("DefectType", ["(all)", .. ByDefect.Keys]),
        new Int32DataFrameColumn("Images", (IEnumerable<int>)[Images, .. ByDefect.Values.Select(d => d.Images)]),
        Column("ImageAuroc", ImageAuroc, d => d.ImageAuroc),
        Column("AveragePrecision", AveragePrecision, d => d.AveragePrecision),
        Column("PixelAuroc", PixelAuroc, d => d.PixelAuroc),
        Column("Aupro", Aupro, d => d.Aupro),
        Column("F1Best", F1Best, _ => null),
        Column("F1BestThreshold", F1BestThreshold, _ => null),
        Column("F1AtThreshold", F1AtThreshold, _ => null),
        Column("FalseRejectRate", FalseRejectRate, _ => null));

    private DoubleDataFrameColumn Column(string name, double? all, Func<DefectMetrics, double?> ofDefect)
        => new(name, (IEnumerable<double?>)[all, .. ByDefect.Values.Select(ofDefect)]);
}
