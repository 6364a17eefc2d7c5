using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Regions;
using DxmiMlNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet;

/// <summary>Fits the detector that is shipped, and scores images that it, or one like it, has not seen.</summary>
/// <param name="mlContext">The context.</param>
/// <param name="features">The feature stage.</param>
/// <param name="kept">Features that are computed once; null where they are computed as often as they are needed.</param>
/// <param name="masks">The stage that says what is ignored; null for none.</param>
/// <param name="options">How to train.</param>
/// <param name="progress">Told how far it is; may be null.</param>
/// <param name="cancellation">Stops soon.</param>
internal sealed class DetectorFit(MLContext mlContext, PatchFeatureTransformer features, TrainingFeatures? kept, IgnoreRegionsTransformer? masks,
    InspectionTrainingOptions options, IProgress<InspectionProgress>? progress, CancellationToken cancellation)
{
    /// <summary>What the file of kept features adds to the checkpoint's name.</summary>
    public const string FeaturesEnding = ".features";

    private ITransformer[] Preparation => masks is null ? [features] : [features, masks];

    /// <summary>A part of the images fits, the rest calibrates.</summary>
    public ((ITransformer[] Detection, CalibrationScores Calibration) Fitted, int FittingImages) Split(InspectionItem[] items, int calibrationCount)
    {
        var (fitting, calibration) = CalibrationSplit.Split(items, calibrationCount, options.Seed);
        var detection = Fit(fitting, "Training", "");
        var scores = new CalibrationScores(mlContext, calibration.Length, progress, cancellation);
        scores.Add(detection[^1].Transform(Data(calibration)));
        return ((detection, scores), fitting.Length);
    }

    /// <summary>All images fit, and each calibrates by the score of a detector that was fitted without its fold.</summary>
    public ((ITransformer[] Detection, CalibrationScores Calibration) Fitted, int FittingImages) Cross(InspectionItem[] items)
    {
        var (inOrder, foldOf) = CalibrationSplit.Folds(items, options.CrossFolds, options.Seed);
        var scores = new CalibrationScores(mlContext, items.Length, progress, cancellation);
        for (int f = 0; f < options.CrossFolds; f++)
        {
            int own = f;
            var detection = Fit([.. inOrder.Where((_, i) => foldOf[i] != own)], $"Training without fold {f + 1} of {options.CrossFolds}", FoldEnding(f));
            using (detection[^1] as IDisposable)
                scores.Add(detection[^1].Transform(Data([.. inOrder.Where((_, i) => foldOf[i] == own)])));
        }
        return ((Fit(inOrder, "Training", ""), scores), items.Length);
    }

    /// <summary>The files that a training with checkpoints leaves: they may go when its model is safe.</summary>
    public static string[] Checkpoints(InspectionTrainingOptions options) => options.CheckpointPath is { } path
        ? [path, path + FeaturesEnding, .. Enumerable.Range(0, options.CrossFolds).Select(f => path + FoldEnding(f))] : [];

    private static string FoldEnding(int fold) => $".fold{fold + 1}";

    private ITransformer[] Fit(InspectionItem[] items, string stage, string checkpointEnding)
    {
        return [.. Preparation, Trainer(stage, checkpointEnding).Fit(Data(items))];
    }

    // Features of images, and which of them are ignored.
    private IDataView Data(InspectionItem[] items)
    {
        var view = kept?.View(items) ?? features.Transform(mlContext.Data.LoadInspectionImages(items));
        return masks?.Transform(view) ?? view;
    }

    private IEstimator<ITransformer> Trainer(string stage, string checkpointEnding)
        => options.Detector.Create(mlContext, new DetectorSettings
        {
            Seed = options.Seed,
            Threads = options.Threads,
            Device = options.Device,
            Effort = options.Effort,
            CheckpointPath = options.CheckpointPath is { } path ? path + checkpointEnding : null,
            KeepsCheckpoint = true,   // of a fold, for a training that is stopped in a later one; of all, until the model is saved
            Cancellation = cancellation,
            Progress = progress is null ? null : new TrainingStages(progress, stage),
        });

    private sealed class TrainingStages(IProgress<InspectionProgress> progress, string stage) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
            => progress.Report(new InspectionProgress(stage, value.Fraction, Detail(value), value.Remaining));

        // Where the whole is not known yet, what is done stands for it.
        private static string Detail(TrainingProgress value)
            => value.Iteration == value.PhaseIterations ? $"{value.Phase}, {value.Iteration}" : $"{value.Phase}, {value.Iteration} of {value.PhaseIterations}";
    }
}
