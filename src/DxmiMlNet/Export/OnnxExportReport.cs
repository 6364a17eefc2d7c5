namespace DxmiMlNet.Export;

/// <summary>What was exported.</summary>
/// <param name="Bytes">Length of the file.</param>
/// <param name="Images">Reference images on which the file was compared with the model.</param>
/// <param name="LargestDifference">
/// The largest difference of scores and maps, relative to the score or the greatest value of the map, whichever is greater; at most 1e-4.
/// </param>
public sealed record OnnxExportReport(long Bytes, int Images, double LargestDifference);
