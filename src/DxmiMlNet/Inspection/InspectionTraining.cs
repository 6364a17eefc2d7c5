using DxmiMlNet.Decisions;
using DxmiMlNet.Detection.Dxmi;
using DxmiMlNet.Diffusion;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Features;
using DxmiMlNet.Images;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet;

/// <summary>
/// From photographs of good parts to one model: a part of them fits features and detector, the rest, which the detector never sees,
/// calibrates decisions, colours and region threshold.
/// </summary>
/// <remarks>
/// The promise of the decisions rests on calibration parts being as new to the detector as those to come. Several photographs of one part in
/// both halves would break it. So blocks of consecutive photographs are held back, told by the counting number in the file names.
/// </remarks>
public static class InspectionTraining
{
    /// <summary>Fewest images that a detector is fitted on.</summary>
    internal const int LeastFitting = 5;

    /// <summary>Trains a model.</summary>
    /// <param name="items">Photographs; those of anomalous parts are left out. What cannot be decoded is reported, and the rest is used.</param>
    /// <param name="options">How to train; null for the defaults.</param>
    /// <param name="progress">Told how far it is, from several threads.</param>
    /// <param name="cancellation">Stops soon; with a checkpoint path, the same call continues later.</param>
    /// <exception cref="DxmiException">There are too few images, the backbone cannot be used, or training diverged.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static InspectionTrainingResult Train(IEnumerable<InspectionItem> items, InspectionTrainingOptions? options = null,
        IProgress<InspectionProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        options ??= new InspectionTrainingOptions();
        double reviewAlpha = options.ReviewAlpha ?? Math.Min(2 * options.Alpha, (1 + options.Alpha) / 2);
        ScoreCalibrationTransformer.CheckRates(options.Alpha, reviewAlpha);
        if (!(options.CalibrationShare > 0 && options.CalibrationShare < 1))
            throw new ArgumentOutOfRangeException(nameof(options),
                $"The calibration share is {options.CalibrationShare}. A number above 0 and below 1 was expected. 0.2 is usual.");
        if (!(options.Effort > 0 && double.IsFinite(options.Effort)))
            throw new ArgumentOutOfRangeException(nameof(options),
                $"The effort is {options.Effort}. A finite number above 0 was expected. 1 is what the published figures were measured with.");
        var good = items.Where(item => !item.IsAnomalous).ToArray();
        // Before the first image is decoded: too few of them stay too few.
        CalibrationCount(good.Length, 0, options);

        var mlContext = new MLContext(options.Seed);
        var backbone = options.Backbone ?? BackboneDescription.Embedded;
        var extraction = mlContext.Transforms.ExtractPatchFeatures(backbone, imageSize: options.ImageSize);
        var (usable, failed) = UsableImages.Find(good, backbone.FinestStride, progress, cancellation);
        var (fitting, calibration) = CalibrationSplit.Split(usable, CalibrationCount(usable.Length, failed.Count, options), options.Seed);

        var images = mlContext.Data.LoadInspectionImages(fitting);
        var features = extraction.Fit(images);
        try
        {
            var detector = Detector(mlContext, options, progress, cancellation).Fit(features.Transform(images));
            var detection = new TransformerChain<ITransformer>(features, detector);
            var scored = CalibrationScores.Read(mlContext, detection, calibration, progress, cancellation);
            var transformer = new TransformerChain<ITransformer>(features, detector,
                mlContext.Transforms.CalibrateAnomalyScore(options.Alpha, reviewAlpha).Fit(scored),
                mlContext.Transforms.DrawAnomalyMap(alpha: options.Alpha, minimumArea: options.MinimumArea).Fit(scored),
                mlContext.Transforms.FindDefectRegions(alpha: options.Alpha, minimumArea: options.MinimumArea).Fit(scored));
            return new InspectionTrainingResult(new InspectionModel(mlContext, transformer, "The trained model"), fitting.Length, calibration.Length, failed);
        }
        catch
        {
            features.Dispose();
            throw;
        }
    }

    /// <summary>How many of the images are held back: the share, or what alpha needs if that is more.</summary>
    /// <exception cref="DxmiException">Too few remain to fit on.</exception>
    internal static int CalibrationCount(int images, int failed, InspectionTrainingOptions options)
    {
        long needed = ConformalCalibration.RequiredCount(options.Alpha);
        long count = Math.Max(needed, (long)Math.Round(options.CalibrationShare * images));
        if (images - needed >= LeastFitting)
            return (int)Math.Min(count, images - LeastFitting);
        string unusable = failed > 0 ? $" ({failed} more cannot be used)" : "";
        throw new DxmiException(images == 1 ? $"There is one good image only{unusable}." : $"There are {images} good images{unusable}.",
            $"At least {needed + LeastFitting} are needed: {needed} to calibrate on for alpha = {options.Alpha}, {LeastFitting} or more to fit on.",
            images > LeastFitting
                ? $"Add photographs of good parts, or accept a larger alpha: {SmallestAlpha(images)} or more."
                : "Add photographs of good parts; 50 to 200 are usual.");
    }

    // 1 / (n + 1) for the n images that are left, rounded up.
    private static double SmallestAlpha(int images) => Math.Ceiling(1e4 / (images - LeastFitting + 1)) / 1e4;

    private static IEstimator<ITransformer> Detector(MLContext mlContext, InspectionTrainingOptions options,
        IProgress<InspectionProgress>? progress, CancellationToken cancellation)
    {
        var settings = new DxmiAnomalyTrainer.Options
        {
            Seed = options.Seed,
            Threads = options.Threads,
            Device = options.Device,
            CheckpointPath = options.CheckpointPath,
            Cancellation = cancellation,
            Progress = progress is null ? null : new TrainingStages(progress),
        };
        settings.ScaleIterations(options.Effort);
        options.ConfigureDetector?.Invoke(settings);
        return mlContext.AnomalyDetection.Trainers.Dxmi(settings);
    }

    private sealed class TrainingStages(IProgress<InspectionProgress> progress) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
            => progress.Report(new InspectionProgress("Training", value.Fraction, Detail(value), value.Remaining));

        // Where the whole is not known yet, what is done stands for it.
        private static string Detail(TrainingProgress value)
            => value.Iteration == value.PhaseIterations ? $"{value.Phase}, {value.Iteration}" : $"{value.Phase}, {value.Iteration} of {value.PhaseIterations}";
    }
}
