namespace DxmiMlNet.Evaluation;

/// <summary>What happens when every image that scores at least a threshold is called anomalous.</summary>
/// <param name="Threshold">A score that occurs; an image is called anomalous if its score is at or above it.</param>
/// <param name="TruePositives">Anomalous images called anomalous.</param>
/// <param name="FalsePositives">Good images called anomalous.</param>
public readonly record struct OperatingPoint(float Threshold, int TruePositives, int FalsePositives);
