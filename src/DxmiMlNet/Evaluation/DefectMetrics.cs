namespace DxmiMlNet.Evaluation;

/// <summary>How well one type of defect is told from all good images.</summary>
public sealed record DefectMetrics
{
    /// <summary>Images with this type of defect.</summary>
    public required int Images { get; init; }

    /// <summary>Image AUROC against all good images, 0 to 1; NaN without good images.</summary>
    public required double ImageAuroc { get; init; }

    /// <summary>Average precision against all good images, 0 to 1.</summary>
    public required double AveragePrecision { get; init; }

    /// <summary>Pixel AUROC over the images of this defect and all good ones, 0 to 1; null without masks and maps.</summary>
    public required double? PixelAuroc { get; init; }

    /// <summary>AUPRO up to a false-positive rate of 0.3 over the images of this defect and all good ones, 0 to 1; null without masks and maps.</summary>
    public required double? Aupro { get; init; }
}
