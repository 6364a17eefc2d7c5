using DxmiMlNet.Columns;
using DxmiMlNet.Onnx;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.Detection.GraphAnomalyTransformer), null, typeof(SignatureLoadModel), "", DxmiMlNet.Detection.GraphAnomalyTransformer.LoaderSignature)]

namespace DxmiMlNet.Detection;

/// <summary>
/// Scores feature grids with a fitted detector of any method: adds <c>Score</c> (Single, higher is more anomalous) and <c>AnomalyMap</c>
/// (Vector of Single [H, W], how far every patch deviates). Holds an ONNX graph of its own and needs no libtorch; any number of threads may use it.
/// </summary>
public sealed class GraphAnomalyTransformer : InspectionTransformer
{
    internal const string LoaderSignature = "DxmiGraphDetector";
    internal static readonly LoaderInfo Loader = new("DXGRAPHD", LoaderSignature, 1, typeof(GraphAnomalyTransformer));

    private readonly DetectionColumns _columns;
    private readonly OnnxSession _session;
    private readonly IRowModel _rowModel;

    /// <param name="env">The environment.</param>
    /// <param name="columns">Column names.</param>
    /// <param name="grid">[H, W, C] of the features.</param>
    /// <param name="fitted">What was learned.</param>
    internal GraphAnomalyTransformer(IHostEnvironment env, DetectionColumns columns, (int Height, int Width, int Channels) grid, FittedDetector fitted)
        : base(env, nameof(GraphAnomalyTransformer))
    {
        _columns = columns;
        Grid = grid;
        Fitted = fitted;
        _session = new OnnxSession(fitted.Graph, "The detector's graph");
        _rowModel = new DetectionRowModel(columns, grid, (features, ignored, map) => Score(features, map, ignored));
    }

    /// <summary>The grid of the features, [H, W, C].</summary>
    public (int Height, int Width, int Channels) Grid { get; }

    /// <summary>Whether it was trained with masks and reads which patches to ignore.</summary>
    public bool Ignores => _columns.Ignored is not null;

    /// <summary>What was fitted, in words: the method and its figures.</summary>
    public string Summary => Fitted.Summary;

    /// <summary>What was learned.</summary>
    internal FittedDetector Fitted { get; }

    private protected override IRowModel RowModel => _rowModel;

    private protected override LoaderInfo LoaderInfo => Loader;

    /// <summary>Scores one grid directly.</summary>
    /// <param name="features">[H, W, C], row major.</param>
    /// <param name="map">Receives a value a patch, [H, W]; higher is more anomalous. Ignored patches get the lowest value of the inspected ones.</param>
    /// <param name="ignored">[H, W], true for the patches that are left out of the score; null inspects all. Needs a detector that <see cref="Ignores"/>.</param>
    /// <returns>The score.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An array has another length, or patches are to be ignored by a detector that cannot.</exception>
    /// <exception cref="DxmiException">All patches are ignored.</exception>
    public float Score(float[] features, float[] map, bool[]? ignored = null)
    {
        if (ignored is not null && !Ignores)
            throw new ArgumentOutOfRangeException(nameof(ignored),
                "The detector was trained without masks and cannot ignore patches. Expected null. Train it on data with the column that IgnoreRegions adds.");
        ArgumentOutOfRangeException.ThrowIfNotEqual(features.Length, Grid.Height * Grid.Width * Grid.Channels, nameof(features));
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, Grid.Height * Grid.Width, nameof(map));
        var score = new float[1];
        (string, float[], long[])[] inputs = [(DetectionGraph.Input, features, [1, Grid.Height, Grid.Width, Grid.Channels])];
        if (Ignores)
            inputs = [.. inputs, (DetectionGraph.Ignored, IgnoredPatches(ignored, map.Length), [1, Grid.Height, Grid.Width])];
        _session.Run(inputs, (DetectionGraph.Map, map, [1, Grid.Height, Grid.Width]), (DetectionGraph.Score, score, [1]));
        return score[0];
    }

    private static float[] IgnoredPatches(bool[]? ignored, int patches)
    {
        if (ignored is null)
            return new float[patches];
        ArgumentOutOfRangeException.ThrowIfNotEqual(ignored.Length, patches, nameof(ignored));
        if (Array.TrueForAll(ignored, i => i))
            throw IgnoredColumn.AllIgnored("All patches of an image are ignored.");
        return Array.ConvertAll(ignored, i => i ? 1f : 0f);
    }

    // Binary format
    // columns (3 strings), the ignored patches' column (IgnoredColumn.Write); H, W, C; summary; the graph (ONNX) behind its length;
    // bool: whether there is an attachment; the attachment behind its length
    private protected override void Write(BinaryWriter writer)
    {
        _columns.Write(writer);
        IgnoredColumn.Write(writer, _columns.Ignored);
        writer.Write(Grid.Height);
        writer.Write(Grid.Width);
        writer.Write(Grid.Channels);
        writer.Write(Summary);
        writer.WriteByteArray(Fitted.Graph);
        writer.Write(Fitted.Attachment is not null);
        if (Fitted.Attachment is { } attachment)
            writer.WriteByteArray(attachment);
    }

    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, reader =>
    {
        var columns = DetectionColumns.Read(reader) with { Ignored = IgnoredColumn.Read(reader) };
        var grid = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        var summary = reader.ReadString();
        var graph = reader.ReadByteArray();
        var attachment = reader.ReadBoolean() ? reader.ReadByteArray() : null;
        return new GraphAnomalyTransformer(env, columns, grid, new FittedDetector(graph, summary, attachment));
    });

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _session.Dispose();
        base.Dispose(disposing);
    }
}
