using DxmiMlNet.Decisions;
using DxmiMlNet.Persistence;

namespace Microsoft.ML;

/// <summary>From score to verdict.</summary>
public static class ScoreCalibrationCatalog
{
    /// <summary>
    /// Learns from good images which scores to reject, so that at most a share <paramref name="alpha"/> of good parts is. See
    /// <see cref="ScoreCalibrationEstimator"/> for the method and its condition: calibrate on images that the model was not trained on.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="pValueColumnName">Output: p-value, Single.</param>
    /// <param name="predictedLabelColumnName">Output: whether the part is rejected, Boolean.</param>
    /// <param name="verdictColumnName">Output: one of <see cref="Verdicts"/>, Text.</param>
    /// <param name="scoreColumnName">Input: the anomaly score, Single; higher is more anomalous.</param>
    /// <param name="labelColumnName">
    /// Input of Fit, used when present: Boolean, or Single with 0 for good. Anomalous rows are left out. Null: do not look at labels.
    /// </param>
    /// <param name="alpha">Largest share of good parts that may be rejected, above 0 and below 1.</param>
    /// <param name="reviewAlpha">Largest share of good parts that may be rejected or sent to review; at least alpha, below 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">alpha or reviewAlpha is out of range.</exception>
    public static ScoreCalibrationEstimator CalibrateAnomalyScore(this TransformsCatalog catalog, string pValueColumnName = "PValue",
        string predictedLabelColumnName = "PredictedLabel", string verdictColumnName = "Verdict", string scoreColumnName = "Score",
        string? labelColumnName = "Label", double alpha = 0.05, double reviewAlpha = 0.1)
        => catalog.CalibrateAnomalyScore(new ScoreCalibrationEstimator.Options
        {
            Alpha = alpha,
            ReviewAlpha = reviewAlpha,
            ScoreColumnName = scoreColumnName,
            LabelColumnName = labelColumnName,
            PValueColumnName = pValueColumnName,
            PredictedLabelColumnName = predictedLabelColumnName,
            VerdictColumnName = verdictColumnName,
        });

    /// <summary>
    /// Learns from good images which scores to reject, so that at most a share <see cref="ScoreCalibrationEstimator.Options.Alpha"/> of good parts is.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">All settings.</param>
    /// <exception cref="ArgumentOutOfRangeException">Alpha or ReviewAlpha is out of range.</exception>
    public static ScoreCalibrationEstimator CalibrateAnomalyScore(this TransformsCatalog catalog, ScoreCalibrationEstimator.Options options)
        => new(MlNetBridge.Environment(catalog), options);
}
