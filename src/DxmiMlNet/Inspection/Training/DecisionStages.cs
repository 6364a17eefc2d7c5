using DxmiMlNet.Decisions;
using Microsoft.ML;

namespace DxmiMlNet;

/// <summary>The stages behind a detector that learn from the scores and maps of calibration images: decisions, map, colours, regions.</summary>
internal static class DecisionStages
{
    /// <param name="mlContext">The context.</param>
    /// <param name="scored">Score and map of images that the detector was not fitted on.</param>
    /// <param name="rates">What is promised.</param>
    public static ITransformer[] Fit(MLContext mlContext, IDataView scored, DecisionRates rates) =>
    [
        mlContext.Transforms.CalibrateAnomalyScore(new ScoreCalibrationEstimator.Options
        {
            Alpha = rates.Alpha,
            ReviewAlpha = rates.ReviewAlpha,
            CrossFolds = rates.CrossFolds,
        }).Fit(scored),
        mlContext.Transforms.CalibrateAnomalyMap().Fit(scored),
        mlContext.Transforms.DrawAnomalyMap(alpha: rates.Alpha, minimumArea: rates.MinimumArea).Fit(scored),
        mlContext.Transforms.FindDefectRegions(alpha: rates.Alpha, minimumArea: rates.MinimumArea).Fit(scored),
    ];
}

/// <summary>What decisions promise.</summary>
/// <param name="Alpha">Largest share of good parts that are rejected.</param>
/// <param name="ReviewAlpha">Largest share of good parts that are rejected or sent to review.</param>
/// <param name="MinimumArea">Regions with fewer pixels are not reported.</param>
/// <param name="CrossFolds">Folds of a cross-calibration; 0 for none.</param>
internal sealed record DecisionRates(double Alpha, double ReviewAlpha, double MinimumArea, int CrossFolds)
{
    /// <summary>Twice the share that is rejected, or what lies midway to 1 where that is less.</summary>
    public static double UsualReviewAlpha(double alpha) => Math.Min(2 * alpha, (1 + alpha) / 2);
}
