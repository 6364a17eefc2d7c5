namespace DxmiMlNet.Evaluation;

/// <summary>How well one type of defect is told from all good images. F1 and the false-reject rate, which make sense for all images together, are null.</summary>
public sealed record DefectMetrics : MetricSet
{
    /// <summary>Images with this type of defect.</summary>
    public required int Images { get; init; }
}
