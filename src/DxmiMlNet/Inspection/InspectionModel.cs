using DxmiMlNet.Decisions;
using DxmiMlNet.Explanation;
using DxmiMlNet.Features;
using DxmiMlNet.Images;
using DxmiMlNet.Persistence;
using Microsoft.ML;

namespace DxmiMlNet;

/// <summary>
/// A whole model: from the column <c>Image</c> to Score, AnomalyMap, PValue, PredictedLabel, Verdict, Overlay and Regions. It is an ordinary
/// ML.NET transformer with a name, <see cref="Transformer"/>, and inspects batches without a data view. Never changes; any number of threads
/// may use one.
/// </summary>
/// <example>
/// <code>
/// using var model = InspectionModel.Load("tile.zip");
/// foreach (var result in model.Inspect(InspectionDataset.Read("photos")))
///     Console.WriteLine($"{result.Path}: {result.Verdict} {result.Score} {result.Error?.Message}");
/// </code>
/// </example>
public sealed class InspectionModel : IDisposable
{
    private readonly MLContext _mlContext;

    /// <exception cref="DxmiException">The transformer lacks a stage of an inspection.</exception>
    internal InspectionModel(MLContext mlContext, ITransformer transformer, string what)
    {
        _mlContext = mlContext;
        Transformer = transformer;
        var stages = transformer as IEnumerable<ITransformer> ?? [transformer];
        Features = Stage<PatchFeatureTransformer>();
        Calibration = Stage<ScoreCalibrationTransformer>();
        Masks = stages.OfType<IgnoreRegionsTransformer>().FirstOrDefault();
        MapCalibration = stages.OfType<MapCalibrationTransformer>().FirstOrDefault();
        Overlay = Stage<AnomalyOverlayTransformer>();
        Regions = Stage<DefectRegionTransformer>();

        T Stage<T>() => stages.OfType<T>().FirstOrDefault()
            ?? throw new DxmiException($"{what} is a model of ML.NET, but no whole inspection model: it has no {typeof(T).Name}.",
                "A model saved by dxmi train or InspectionModel.Save was expected.", "Check the path, or load it with mlContext.Model.Load.");
    }

    /// <summary>The model as ML.NET's pipelines and prediction engines use it.</summary>
    public ITransformer Transformer { get; }

    /// <summary>The stage from image to patch features, with its backbone.</summary>
    public PatchFeatureTransformer Features { get; }

    /// <summary>The stage that says which patches are ignored; null for a model that was trained without masks.</summary>
    public IgnoreRegionsTransformer? Masks { get; }

    /// <summary>The stage from map to p-values; null for a model that has none.</summary>
    public MapCalibrationTransformer? MapCalibration { get; }

    /// <summary>The stage from score to verdict, with its thresholds.</summary>
    public ScoreCalibrationTransformer Calibration { get; }

    /// <summary>The stage that draws the map over the photograph.</summary>
    public AnomalyOverlayTransformer Overlay { get; }

    /// <summary>The stage that finds defect regions, with its pixel threshold.</summary>
    public DefectRegionTransformer Regions { get; }

    /// <summary>Loads a model that was saved by <see cref="Save"/>, or by <c>mlContext.Model.Save</c> with all stages of an inspection.</summary>
    /// <param name="path">The model file.</param>
    /// <exception cref="DxmiException">The file is missing, cut off, no model of this kind, or of a newer version.</exception>
    public static InspectionModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var mlContext = new MLContext();
        var transformer = ModelFile.Load(mlContext, path);
        try
        {
            return new InspectionModel(mlContext, transformer, $"'{path}'");
        }
        catch
        {
            (transformer as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>Saves the model; the file appears whole or not at all, and equal models give equal bytes. <c>mlContext.Model.Load</c> reads it, too.</summary>
    /// <param name="path">The model file; an existing one is replaced, a missing folder is made.</param>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ModelFile.Save(_mlContext, Transformer, path);
    }

    /// <summary>Makes sure that <see cref="Save"/> will be able to write, before minutes of training; makes the folder.</summary>
    /// <param name="path">The model file to be.</param>
    /// <exception cref="DxmiException">The file could not be written.</exception>
    public static void CheckWritable(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ModelFile.CheckWritable(path);
    }

    /// <summary>
    /// Inspects images, in their order, lazily. Some are in work at the same time, all with this one model; what cannot be inspected is in its
    /// result's <see cref="InspectionResult.Error"/>, and the next one follows.
    /// </summary>
    /// <param name="items">The images.</param>
    /// <param name="settings">What results carry; null for scores, verdicts and regions only.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <returns>One result an image; those with pictures are the caller's to dispose.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IEnumerable<InspectionResult> Inspect(IEnumerable<InspectionItem> items, InspectionSettings? settings = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        settings ??= new InspectionSettings();
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Parallelism, 1);
        return InspectionBatch.Run(Transformer, items, settings, cancellation);
    }

    /// <summary>The error of masks for a model that cannot ignore anything.</summary>
    internal static DxmiException NeedsMasks() => new("The model was trained without masks and cannot ignore parts of an image.",
        "Masks at inspection need a model that was trained with masks.",
        "Train with --ignore-mask, --roi or --ignore-masks (IgnoreMaskPath, RoiPath or masks of the images), or leave the masks out.");

    /// <summary>Releases the inference sessions.</summary>
    public void Dispose() => (Transformer as IDisposable)?.Dispose();
}
