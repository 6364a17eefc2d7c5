namespace DxmiMlNet.Evaluation;

/// <summary>One scored image beside its ground truth.</summary>
/// <param name="Path">Names the image in error messages.</param>
/// <param name="DefectType">Groups the anomalous images; not used for good ones.</param>
/// <param name="IsAnomalous">The truth about the image.</param>
/// <param name="Score">Finite; higher is more anomalous.</param>
/// <param name="Rejected">The decision taken, where there is one.</param>
/// <param name="Map">[height, width] anomaly values at the evaluation resolution, row by row, finite; null without a map.</param>
/// <param name="Mask">
/// [height, width] at the evaluation resolution, true on defects; null when unknown. Not used for good images: all their pixels are normal.
/// </param>
public sealed record EvaluatedImage(string Path, string DefectType, bool IsAnomalous, float Score, bool? Rejected = null, float[]? Map = null, bool[]? Mask = null)
{
    /// <summary>[height, width], true for the pixels that were not inspected: they count in no pixel metric. Null where all were.</summary>
    public bool[]? Ignored { get; init; }
}
