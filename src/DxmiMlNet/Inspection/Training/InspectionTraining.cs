using System.Reflection;
using DxmiMlNet.Decisions;
using DxmiMlNet.Detection;
using DxmiMlNet.Diffusion.Native;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Images;
using DxmiMlNet.Persistence;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet;

/// <summary>
/// From photographs of good parts to one model: a part of them fits features and detector, the rest, which the detector never sees,
/// calibrates decisions, colours and region threshold.
/// </summary>
/// <remarks>
/// <para>
/// The promise of the decisions rests on calibration parts being as new to the detector as those to come. Several photographs of one part in
/// both halves would break it. So blocks of consecutive photographs are held back, told by the counting number in the file names.
/// </para>
/// <para>
/// Where good images are few, <see cref="InspectionTrainingOptions.CrossFolds"/> lets all of them fit and calibrate (cross-conformal calibration: Vovk,
/// Annals of Mathematics and Artificial Intelligence 74, 2015; CV+: Barber, Candes, Ramdas and Tibshirani, Annals of Statistics 49, 2021). Were a new part
/// judged by all K detectors, each against its own fold, a good one would be rejected with a probability of at most about 2 alpha, and of about alpha
/// in practice. Shipped is one detector, fitted on all images and calibrated with the scores of the folds: a good part is rejected with a probability
/// of about alpha as far as a detector scores new good parts as one does that was fitted on (K - 1) / K of the images. No bound holds for every
/// distribution; where the rate must be promised, hold images back instead, which is the default.
/// </para>
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
        var rates = Check(options);
        CheckDevice(options.Device);
        var good = items.Where(item => !item.IsAnomalous).ToArray();
        // Before the first image is decoded: too few of them stay too few.
        CalibrationCount(good.Length, 0, options);

        var mlContext = new MLContext(options.Seed);
        var backbone = options.Backbone ?? BackboneDescription.Embedded;
        var size = options.ImageSize.Resolve(backbone, UsableImages.Sizes(good));
        var noImages = mlContext.Data.LoadInspectionImages([]);
        var features = mlContext.Transforms.ExtractPatchFeatures(new PatchFeatureEstimator.Options
        {
            Backbone = backbone,
            ImageHeight = size.Height,
            ImageWidth = size.Width,
            TileSize = options.TileSize,
            TileOverlap = options.TileOverlap,
        }).Fit(noImages);
        try
        {
            bool ignores = options.IgnoreMaskPath is not null || options.RoiPath is not null || Array.Exists(good, item => item.IgnoreMaskPath.Length > 0);
            var masks = ignores ? mlContext.Transforms.IgnoreRegions(maskPath: options.IgnoreMaskPath, roiPath: options.RoiPath).Fit(features.Transform(noImages)) : null;
            var (usable, failed, sizes) = UsableImages.Find(good, backbone.PatchStride, masks?.Mask, progress, cancellation);
            int calibrationCount = CalibrationCount(usable.Length, failed.Count, options);
            using var kept = options.CheckpointPath is { } path ? new TrainingFeatures(mlContext, features, path + DetectorFit.FeaturesEnding) : null;
            var fit = new DetectorFit(mlContext, features, kept, masks, options, progress, cancellation);
            var (fitted, fittingCount) = options.CrossFolds > 0 ? fit.Cross(usable) : fit.Split(usable, calibrationCount);
            var scored = fitted.Calibration.ToView();
            calibrationCount = options.CrossFolds > 0 ? usable.Length : calibrationCount;
            ITransformer[] stages = [.. fitted.Detection, .. DecisionStages.Fit(mlContext, scored, rates)];
            var today = DateOnly.FromDateTime(options.Clock.GetUtcNow().UtcDateTime);
            var card = new InspectionCard
            {
                Method = options.Detector.Name,
                Version = typeof(InspectionTraining).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0],
                TrainedOn = today,
                Seed = options.Seed,
                FittingImages = fittingCount,
                CalibrationImages = calibrationCount,
                CalibratedOn = today,
                References = ReferenceImages.Of(new InspectionModel(mlContext, new TransformerChain<ITransformer>(stages), "The trained model"), usable),
            };
            var transformer = new TransformerChain<ITransformer>([.. stages, new InspectionCardTransformer(MlNetBridge.Environment(mlContext.Transforms), card)]);
            return new InspectionTrainingResult(new InspectionModel(mlContext, transformer, "The trained model") { Checkpoints = DetectorFit.Checkpoints(options) },
                fittingCount, calibrationCount, failed)
            {
                Warnings = ImageSizes.Warnings(sizes, features),
            };
        }
        catch
        {
            features.Dispose();
            throw;
        }
    }

    /// <summary>Finds out whether networks can be trained on a device, before anything is read for them.</summary>
    /// <exception cref="DxmiException">There is no such device here, or no libtorch.</exception>
    public static void CheckDevice(string device)
    {
        if (device == "cpu")
            return;
        TorchBackend.Require();
        TorchDevice.Of(device);
    }

    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    private static DecisionRates Check(InspectionTrainingOptions options)
    {
        var rates = new DecisionRates(options.Alpha, options.ReviewAlpha ?? DecisionRates.UsualReviewAlpha(options.Alpha), options.MinimumArea, options.CrossFolds);
        ScoreCalibrationTransformer.CheckRates(rates.Alpha, rates.ReviewAlpha);
        if (!(options.CalibrationShare > 0 && options.CalibrationShare < 1))
            throw new ArgumentOutOfRangeException(nameof(options),
                $"The calibration share is {options.CalibrationShare}. A number above 0 and below 1 was expected. 0.2 is usual.");
        if (!(options.Effort > 0 && double.IsFinite(options.Effort)))
            throw new ArgumentOutOfRangeException(nameof(options),
                $"The effort is {options.Effort}. A finite number above 0 was expected. 1 is what the published figures were measured with.");
        if (options.CrossFolds is < 0 or 1 or > CalibrationSplit.Blocks)
            throw new ArgumentOutOfRangeException(nameof(options),
                $"The number of folds is {options.CrossFolds}. 0 for none, or 2 to {CalibrationSplit.Blocks} were expected. 5 is usual.");
        return rates;
    }

    /// <summary>How many of the images are held back: the share, or what alpha needs if that is more.</summary>
    /// <exception cref="DxmiException">Too few remain to fit on.</exception>
    internal static int CalibrationCount(int images, int failed, InspectionTrainingOptions options)
    {
        long needed = ConformalCalibration.RequiredCount(options.Alpha);
        if (options.CrossFolds > 0)
        {
            // Every image calibrates, and all but a fold fit.
            long least = Math.Max(needed, Math.Max(2 * LeastFitting, options.CrossFolds));
            return images >= least ? images : throw new DxmiException($"There are {images} good images.",
                $"At least {least} are needed for alpha = {options.Alpha} and {options.CrossFolds} folds.",
                "Add photographs of good parts, or accept a larger alpha.");
        }
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
}
