using System.Collections.Concurrent;
using DxmiMlNet.Decisions;
using DxmiMlNet.Detection;
using DxmiMlNet.Explanation;
using DxmiMlNet.Export;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Regions;
using DxmiMlNet.Images;
using DxmiMlNet.Onnx;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

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
///     Console.WriteLine($"{result.Name}: {result.Verdict} {result.Score} {result.Error?.Message}");
/// </code>
/// </example>
public sealed class InspectionModel : IDisposable
{
    private static readonly InspectionSettings s_default = new();

    private readonly MLContext _mlContext;
    private readonly ConcurrentDictionary<int, ConcurrentBag<ImageInspector>> _idle = [];   // by threads
    private readonly JointModel _joint;
    private ModelFingerprint? _file;

    /// <exception cref="DxmiException">The transformer lacks a stage of an inspection, or does something else to the image before.</exception>
    internal InspectionModel(MLContext mlContext, ITransformer transformer, string what)
    {
        _mlContext = mlContext;
        Transformer = transformer;
        var stages = new StageChain(transformer, what);
        Features = stages.Required<PatchFeatureTransformer>();
        Masks = stages.Find<IgnoreRegionsTransformer>();
        Detector = stages.Required<GraphAnomalyTransformer>();
        Calibration = stages.Required<ScoreCalibrationTransformer>();
        MapCalibration = stages.Find<MapCalibrationTransformer>();
        Overlay = stages.Required<AnomalyOverlayTransformer>();
        Regions = stages.Required<DefectRegionTransformer>();
        Card = stages.Find<InspectionCardTransformer>()?.Card;
        stages.RefuseOthersBefore(Calibration);
        _joint = new JointModel(Features, Detector);
    }

    /// <summary>The model as ML.NET's pipelines and prediction engines use it.</summary>
    public ITransformer Transformer { get; }

    /// <summary>The stage from image to patch features, with its backbone.</summary>
    public PatchFeatureTransformer Features { get; }

    /// <summary>The stage that says which patches are ignored; null for a model that was trained without masks.</summary>
    public IgnoreRegionsTransformer? Masks { get; }

    /// <summary>The stage from features to score and map.</summary>
    public GraphAnomalyTransformer Detector { get; }

    /// <summary>The stage from map to p-values; null for a model that has none.</summary>
    public MapCalibrationTransformer? MapCalibration { get; }

    /// <summary>The stage from score to verdict, with its thresholds.</summary>
    public ScoreCalibrationTransformer Calibration { get; }

    /// <summary>The stage that draws the map over the photograph.</summary>
    public AnomalyOverlayTransformer Overlay { get; }

    /// <summary>The stage that finds defect regions, with its pixel threshold.</summary>
    public DefectRegionTransformer Regions { get; }

    /// <summary>How the model came about; null for a chain composed by hand.</summary>
    public InspectionCard? Card { get; }

    /// <summary>Files of the training that go when the model is saved, and not before: a full disk then loses nothing.</summary>
    internal IReadOnlyList<string> Checkpoints { get; init; } = [];

    /// <summary>What is worth knowing of the model.</summary>
    public InspectionModelInfo Describe() => InspectionModelInfo.Of(this) with
    {
        File = _file?.Path,
        Bytes = _file?.Bytes,
        Hash = _file?.Hash,
    };

    /// <summary>Loads a model that was saved by <see cref="Save"/>, or by <c>mlContext.Model.Save</c> with all stages of an inspection.</summary>
    /// <param name="path">The model file.</param>
    /// <exception cref="DxmiException">The file is missing, cut off, no model of this kind, or of a newer version.</exception>
    public static InspectionModel Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var mlContext = new MLContext();
        var transformer = ModelFile.Load(mlContext, path, out var fingerprint);
        try
        {
            return new InspectionModel(mlContext, transformer, $"'{path}'") { _file = fingerprint };
        }
        catch
        {
            (transformer as IDisposable)?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Saves the model; the file appears whole or not at all, and equal models give equal bytes. <c>mlContext.Model.Load</c> reads it, too. The checkpoint of
    /// a training that has just ended is removed, once its model is written.
    /// </summary>
    /// <param name="path">The model file; an existing one is replaced, a missing folder is made.</param>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ModelFile.Save(_mlContext, Transformer, path);
        foreach (string file in Checkpoints)
            File.Delete(file);
    }

    /// <summary>
    /// Writes the model as one ONNX file that any ONNX Runtime runs, from decoded pixels to score, p-value, verdict and map; see the README of the room
    /// <c>Export</c>. The model's reference images are scored with it first: a file that scores differently is not written.
    /// </summary>
    /// <param name="path">The file; an existing one is replaced, a missing folder is made.</param>
    /// <param name="options">How to export; null for the defaults.</param>
    /// <returns>What was written, and how near it is.</returns>
    /// <exception cref="DxmiException">The file cannot be written, or would score differently.</exception>
    public OnnxExportReport ExportOnnx(string path, OnnxExportOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return OnnxExport.Write(path, ExportedStages.Of(Transformer, "The model"), ExportDetails(), options ?? new OnnxExportOptions());
    }

    /// <inheritdoc cref="ExportOnnx(string, OnnxExportOptions?)"/>
    /// <param name="stream">Where to write; it stays open.</param>
    /// <param name="options">How to export; null for the defaults.</param>
    public OnnxExportReport ExportOnnx(Stream stream, OnnxExportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return OnnxExport.Write(stream, ExportedStages.Of(Transformer, "The model"), ExportDetails(), options ?? new OnnxExportOptions());
    }

    private OnnxExportDetails ExportDetails() => ExportedCard.Details(Transformer, _file?.Hash);

    /// <summary>Makes sure that <see cref="Save"/> will be able to write, before minutes of training; makes the folder.</summary>
    /// <param name="path">The model file to be.</param>
    /// <exception cref="DxmiException">The file could not be written.</exception>
    public static void CheckWritable(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ModelFile.CheckWritable(path);
    }

    /// <summary>Inspects one image. What cannot be inspected is in its result's <see cref="InspectionResult.Error"/>, and does not pass.</summary>
    /// <param name="source">The image; a path of a file is one, too.</param>
    /// <param name="settings">What the result carries; null for score, verdict and regions.</param>
    /// <returns>The result; one with pictures is the caller's to dispose.</returns>
    public InspectionResult Inspect(InspectionSource source, InspectionSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        return Inspect(source, settings ?? s_default, InferenceSettings.Threads);
    }

    /// <summary>The same with a number of threads for the one image.</summary>
    internal InspectionResult Inspect(InspectionSource source, InspectionSettings settings, int threads)
    {
        var idle = Idle(threads);
        var inspector = Rent(idle, threads);
        try
        {
            return inspector.Inspect(source, settings);
        }
        finally
        {
            idle.Add(inspector);
        }
    }

    /// <summary>Inspects an image of ML.NET, as <see cref="Inspect(InspectionSource, InspectionSettings?)"/> does.</summary>
    /// <param name="image">Rgba32 or Bgra32; it stays the caller's.</param>
    /// <param name="name">What the result and error texts call it.</param>
    /// <param name="settings">What the result carries; null for score, verdict and regions.</param>
    public InspectionResult Inspect(MLImage image, string name = "image", InspectionSettings? settings = null) => Inspect(InspectionSource.Of(image, name), settings);

    /// <summary>Inspects a stream of an image file, as <see cref="Inspect(InspectionSource, InspectionSettings?)"/> does.</summary>
    /// <param name="stream">A whole PNG, JPEG, BMP or TIFF file from where the stream stands to its end; left open.</param>
    /// <param name="name">What the result and error texts call it.</param>
    /// <param name="settings">What the result carries; null for score, verdict and regions.</param>
    public InspectionResult Inspect(Stream stream, string name = "image", InspectionSettings? settings = null) => Inspect(InspectionSource.Stream(stream, name), settings);

    /// <summary>Inspects pixels in memory, as a camera gives them.</summary>
    /// <param name="pixels">[height, stride], row by row.</param>
    /// <param name="width">Columns, 1 or more.</param>
    /// <param name="height">Rows, 1 or more.</param>
    /// <param name="format">Layout of a pixel.</param>
    /// <param name="stride">Bytes from one row to the next; 0 where rows follow each other.</param>
    /// <param name="name">What the result and error texts call it.</param>
    /// <param name="settings">What the result carries; null for score, verdict and regions.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sizes do not fit together.</exception>
    public InspectionResult Inspect(ReadOnlySpan<byte> pixels, int width, int height, ImagePixelFormat format, int stride = 0, string name = "image",
        InspectionSettings? settings = null)
    {
        var idle = Idle(InferenceSettings.Threads);
        var inspector = Rent(idle, InferenceSettings.Threads);
        try
        {
            return inspector.Inspect(pixels, width, height, stride, format, name, settings ?? s_default);
        }
        finally
        {
            idle.Add(inspector);
        }
    }

    /// <summary>Makes sure that <see cref="Save"/> will be able to write, and that no other training writes the same file until the reservation is disposed.</summary>
    /// <param name="path">The model file to be.</param>
    /// <exception cref="DxmiException">The file could not be written, or another training holds it.</exception>
    public static IDisposable Reserve(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return ModelFile.Reserve(path);
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
        return Inspect(items.Select(InspectionSource.Of), settings, cancellation);
    }

    /// <inheritdoc cref="Inspect(IEnumerable{InspectionItem}, InspectionSettings?, CancellationToken)"/>
    /// <param name="sources">The images.</param>
    /// <param name="settings">What results carry; null for scores, verdicts and regions only.</param>
    /// <param name="cancellation">Stops between two images.</param>
    public IEnumerable<InspectionResult> Inspect(IEnumerable<InspectionSource> sources, InspectionSettings? settings = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return InspectionBatch.Run(this, sources, Checked(settings), cancellation);
    }

    /// <summary>
    /// Inspects images as they come, from a camera or a queue, and gives the results in their order. Some are in work at the same time; a result does not
    /// wait for the next image.
    /// </summary>
    /// <param name="sources">The images.</param>
    /// <param name="settings">What results carry; null for scores, verdicts and regions only.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <returns>One result an image; those with pictures are the caller's to dispose.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IAsyncEnumerable<InspectionResult> InspectAsync(IAsyncEnumerable<InspectionSource> sources, InspectionSettings? settings = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return InspectionBatch.RunAsync(this, sources, Checked(settings), cancellation);
    }

    /// <summary>Makes sure that the model can ignore parts of an image.</summary>
    /// <exception cref="DxmiException">It was trained without masks.</exception>
    public void RequireMasks()
    {
        if (Masks is null)
            throw NeedsMasks();
    }

    /// <summary>The error of masks for a model that cannot ignore anything.</summary>
    internal static DxmiException NeedsMasks() => new("The model was trained without masks and cannot ignore parts of an image.",
        "Masks at inspection need a model that was trained with masks.",
        "Train with --ignore-mask, --roi or --ignore-masks (IgnoreMaskPath, RoiPath or masks of the images), or leave the masks out.");

    private static InspectionSettings Checked(InspectionSettings? settings)
    {
        settings ??= s_default;
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Parallelism, 1);
        return settings;
    }

    private ConcurrentBag<ImageInspector> Idle(int threads)
        => _idle.TryGetValue(threads, out var idle) ? idle : _idle.GetOrAdd(threads, _ => []);

    private ImageInspector Rent(ConcurrentBag<ImageInspector> idle, int threads)
        => idle.TryTake(out var inspector) ? inspector : new ImageInspector(this, _joint.Begin(threads));

    /// <summary>Releases the inference sessions. Inspections must have ended.</summary>
    public void Dispose()
    {
        Close();
        (Transformer as IDisposable)?.Dispose();
    }

    /// <summary>Releases this object's own sessions and leaves the stages, which others may share.</summary>
    internal void Close()
    {
        foreach (var inspector in _idle.Values.SelectMany(idle => idle))
            inspector.Dispose();
        _idle.Clear();
        _joint.Dispose();
    }
}
