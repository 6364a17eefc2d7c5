namespace DxmiMlNet.Export;

/// <summary>What was exported.</summary>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Images">Reference images on which the file was compared with the model.</param>
/// <param name="LargestDifference">
/// The largest difference of scores, relative to the score or the greatest value of the map, whichever is greater; at most 1e-4. Of the file in 32 bits, where
/// it was quantised.
/// </param>
/// <param name="LargestMapDifference">The largest difference of maps, relative to their greatest value; at most 0.01, and that only among their lowest values.</param>
public sealed record OnnxExportReport(long Bytes, int Images, double LargestDifference, double LargestMapDifference)
{
    /// <summary>What 8 bits cost and gave; null where they were not asked for.</summary>
    public OnnxQuantizationReport? Quantization { get; init; }
}
