using DxmiMlNet.Decisions;
using DxmiMlNet.Explanation;
using DxmiMlNet.Images;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet;

/// <summary>
/// Calibrates a trained model anew, without training: other rates, or other good images. The detector stays; thresholds of decisions, colours and regions
/// change.
/// </summary>
public static class InspectionCalibration
{
    /// <summary>The same model with other rates, from the calibration scores that it holds.</summary>
    /// <param name="model">The model; it stays as it is.</param>
    /// <param name="alpha">Largest share of good parts that may be rejected, above 0 and below 1.</param>
    /// <param name="reviewAlpha">Largest share of good parts that may be rejected or sent to review; null for twice alpha.</param>
    /// <returns>A model of its own; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of range.</exception>
    /// <exception cref="DxmiException">It was calibrated on too few images for alpha, or was composed by hand without CalibrateAnomalyMap.</exception>
    public static InspectionModel WithRates(InspectionModel model, double alpha, double? reviewAlpha = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        double review = reviewAlpha ?? DecisionRates.UsualReviewAlpha(alpha);
        ScoreCalibrationTransformer.CheckRates(alpha, review);
        var map = model.MapCalibration ?? throw new DxmiException("The model has no CalibrateAnomalyMap stage, which knows how maps of good parts look.",
            "A model from dxmi train or InspectionTraining was expected.", "Give good images (--good), or compose it with CalibrateAnomalyMap.");
        float threshold = map.Threshold(alpha);
        return Replace(model, stage => stage switch
        {
            ScoreCalibrationTransformer scores => scores.WithRates(alpha, review),
            AnomalyOverlayTransformer overlay => overlay.WithThreshold(threshold),
            DefectRegionTransformer regions => regions.WithThreshold(threshold),
            _ => stage,
        });
    }

    /// <summary>The same detector calibrated on other good images, newly accepted parts for instance.</summary>
    /// <param name="model">The model; it stays as it is.</param>
    /// <param name="good">Photographs of good parts that the detector was not fitted on; those of anomalous parts are left out, and what cannot be inspected is reported.</param>
    /// <param name="alpha">Largest share of good parts that may be rejected, above 0 and below 1; null for the model's.</param>
    /// <param name="reviewAlpha">Largest share of good parts that may be rejected or sent to review; null for twice alpha.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <exception cref="ArgumentOutOfRangeException">A rate is out of range.</exception>
    /// <exception cref="DxmiException">There are too few images for alpha.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static InspectionCalibrationResult Run(InspectionModel model, IEnumerable<InspectionItem> good, double? alpha = null, double? reviewAlpha = null,
        IProgress<InspectionProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(good);
        double reject = alpha ?? model.Calibration.Alpha;
        var rates = new DecisionRates(reject, reviewAlpha ?? (alpha is null ? model.Calibration.ReviewAlpha : DecisionRates.UsualReviewAlpha(reject)),
            model.Regions.MinimumArea, CrossFolds: 0);
        ScoreCalibrationTransformer.CheckRates(rates.Alpha, rates.ReviewAlpha);
        InspectionItem[] items = [.. good.Where(item => !item.IsAnomalous)];
        var (usable, failed, _) = UsableImages.Find(items, model.Features.Description.PatchStride, model.Masks?.Mask, progress, cancellation);
        long needed = ConformalCalibration.RequiredCount(rates.Alpha);
        if (usable.Length < needed)
            throw new DxmiException($"There are {usable.Length} good images to calibrate on{(failed.Count > 0 ? $" ({failed.Count} more cannot be used)" : "")}.",
                $"At least {needed} are needed for alpha = {rates.Alpha}.", "Add photographs of good parts, or accept a larger alpha.");

        var mlContext = new MLContext();
        var scores = new CalibrationScores(mlContext, usable.Length, progress, cancellation);
        scores.Add(new TransformerChain<ITransformer>([model.Features, .. model.Masks is { } masks ? [masks] : Array.Empty<ITransformer>(), model.Detector])
            .Transform(mlContext.Data.LoadInspectionImages(usable)));
        var fitted = DecisionStages.Fit(mlContext, scores.ToView(), rates);
        var today = DateOnly.FromDateTime(DateTime.UtcNow);
        var calibrated = Replace(model, stage => stage is InspectionCardTransformer card
            ? new InspectionCardTransformer(MlNetBridge.Environment(mlContext.Transforms), card.Card with { CalibrationImages = usable.Length, CalibratedOn = today })
            : Array.Find(fitted, own => own.GetType() == stage.GetType()) ?? stage);
        return new InspectionCalibrationResult(calibrated, usable.Length, failed);
    }

    /// <summary>Which share of known defects each rate catches: what choosing alpha trades against rejected good parts.</summary>
    /// <param name="model">A calibrated model.</param>
    /// <param name="defective">Photographs of defective parts.</param>
    /// <param name="alphas">Rates, each above 0 and below 1; null for 0.01, 0.02, 0.05, 0.1 and 0.2.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <returns>One entry a rate that the number of calibration images allows; images that cannot be inspected are left out.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IReadOnlyList<CaughtDefects> Caught(InspectionModel model, IEnumerable<InspectionItem> defective, IReadOnlyList<double>? alphas = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        float[] pValues = [.. model.Inspect(defective, new InspectionSettings { Regions = false }, cancellation).Where(result => result.Error is null).Select(result => result.PValue)];
        double least = 1.0 / (model.Calibration.CalibrationCount + 1);
        return [.. (alphas ?? [0.01, 0.02, 0.05, 0.1, 0.2]).Where(alpha => alpha >= least)
            .Select(alpha => new CaughtDefects(alpha, pValues.Count(p => p <= (float)alpha), pValues.Length))];
    }

    // A copy, so that either model can be disposed of alone.
    private static InspectionModel Replace(InspectionModel model, Func<ITransformer, ITransformer> replace)
    {
        var mlContext = new MLContext();
        using var saved = new MemoryStream();
        mlContext.Model.Save(model.Transformer, null, saved);
        saved.Position = 0;
        var copy = mlContext.Model.Load(saved, out _);
        var stages = new StageChain(copy, "The model");
        return new InspectionModel(mlContext, new TransformerChain<ITransformer>([.. stages.All.Select(replace)]), "The calibrated model");
    }
}

/// <summary>What came of a calibration.</summary>
/// <param name="Model">The calibrated model; the caller disposes it.</param>
/// <param name="CalibrationImages">Good images that it was calibrated on.</param>
/// <param name="Failed">Images that could not be used.</param>
public sealed record InspectionCalibrationResult(InspectionModel Model, int CalibrationImages, IReadOnlyList<BadImage> Failed);

/// <summary>How many known defects are rejected at a rate.</summary>
/// <param name="Alpha">The share of good parts that may be rejected.</param>
/// <param name="Caught">Defective parts that are rejected.</param>
/// <param name="Defects">Defective parts that were inspected.</param>
public sealed record CaughtDefects(double Alpha, int Caught, int Defects)
{
    /// <summary>The share that is caught, 0 to 1; NaN without defects.</summary>
    public double Share => Defects == 0 ? double.NaN : (double)Caught / Defects;
}
