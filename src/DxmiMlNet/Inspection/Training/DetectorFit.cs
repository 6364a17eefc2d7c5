using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Regions;
using DxmiMlNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet;

/// <summary>Fits the detector that is shipped, and scores images that it, or one like it, has not seen.</summary>
internal sealed class DetectorFit(MLContext mlContext, PatchFeatureTransformer features, IgnoreRegionsTransformer? masks, InspectionTrainingOptions options,
    IProgress<InspectionProgress>? progress, CancellationToken cancellation)
{
    private ITransformer[] Preparation => masks is null ? [features] : [features, masks];

    /// <summary>A part of the images fits, the rest calibrates.</summary>
    public ((ITransformer[] Detection, CalibrationScores Calibration) Fitted, int FittingImages) Split(InspectionItem[] items, int calibrationCount)
    {
        var (fitting, calibration) = CalibrationSplit.Split(items, calibrationCount, options.Seed);
        var detection = Fit(fitting, "Training", "");
        var scores = new CalibrationScores(mlContext, calibration.Length, progress, cancellation);
        scores.Add(new TransformerChain<ITransformer>(detection), calibration);
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
                scores.Add(new TransformerChain<ITransformer>(detection), inOrder.Where((_, i) => foldOf[i] == own));
        }
        var shipped = Fit(inOrder, "Training", "");
        if (options.CheckpointPath is { } path)
            for (int f = 0; f < options.CrossFolds; f++)
                File.Delete(path + FoldEnding(f));
        return ((shipped, scores), items.Length);
    }

    private static string FoldEnding(int fold) => $".fold{fold + 1}";

    private ITransformer[] Fit(InspectionItem[] items, string stage, string checkpointEnding)
    {
        var images = mlContext.Data.LoadInspectionImages(items);
        var data = new TransformerChain<ITransformer>(Preparation).Transform(images);
        return [.. Preparation, Trainer(stage, checkpointEnding).Fit(data)];
    }

    private IEstimator<ITransformer> Trainer(string stage, string checkpointEnding)
        => options.Detector.Create(mlContext, new DetectorSettings
        {
            Seed = options.Seed,
            Threads = options.Threads,
            Device = options.Device,
            Effort = options.Effort,
            CheckpointPath = options.CheckpointPath is { } path ? path + checkpointEnding : null,
            KeepsCheckpoint = checkpointEnding.Length > 0,   // of a fold: stopped in a later one, the training need not repeat it
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
