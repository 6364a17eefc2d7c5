using DxmiMlNet.Diffusion;
using DxmiMlNet.Generation;
using DxmiMlNet.Onnx;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Detection;

/// <summary>
/// Scores feature grids with a fitted detector of any method: adds <c>Score</c> (Single, higher is more anomalous) and <c>AnomalyMap</c>
/// (Vector of Single [H, W], how far every patch deviates). Holds an ONNX graph of its own and needs no libtorch; any number of threads may use it.
/// </summary>
public sealed class GraphAnomalyTransformer : InspectionTransformer
{
    internal static readonly LoaderInfo Loader = new("DXGRAPHD", "DxmiGraphDetector", 2, typeof(GraphAnomalyTransformer));

    private readonly DetectionColumns _columns;
    private readonly OnnxSession _session;
    private readonly IRowModel _rowModel;
    private readonly SamplerNetwork? _sampler;

    /// <param name="env">The environment.</param>
    /// <param name="columns">Column names.</param>
    /// <param name="grid">[H, W, C] of the features.</param>
    /// <param name="graph">An ONNX model with the inputs and outputs of <see cref="DetectionGraph"/>.</param>
    /// <param name="summary">What was fitted, in words.</param>
    /// <param name="sampler">The sampler that a DxMI detector was trained with, where it is kept; the graph is then one of <see cref="Dxmi.DxmiGraph"/>.</param>
    internal GraphAnomalyTransformer(IHostEnvironment env, DetectionColumns columns, (int Height, int Width, int Channels) grid, byte[] graph, string summary,
        SamplerNetwork? sampler = null)
        : base(env, nameof(GraphAnomalyTransformer))
    {
        _columns = columns;
        Grid = grid;
        Summary = summary;
        _session = new OnnxSession(graph, "The detector's graph");
        _sampler = sampler;
        _rowModel = new DetectionRowModel(columns, grid, (features, ignored, map) => Score(features, map, ignored));
    }

    /// <summary>The grid of the features, [H, W, C].</summary>
    public (int Height, int Width, int Channels) Grid { get; }

    /// <summary>Whether it was trained with masks and reads which patches to ignore.</summary>
    public bool Ignores => _columns.Ignored is not null;

    /// <summary>What was fitted, in words: the method and its figures.</summary>
    public string Summary { get; }

    /// <summary>The sampler of a DxMI detector, made anew at every call; null for other methods, and where training did not keep it.</summary>
    internal DxmiSampler? Sampler => _sampler is null ? null : new DxmiSampler(Grid, PatchSpace.Of(_session.Model, Grid), _sampler);

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
    // columns (3 strings), H, W, C, summary, length of the graph, the graph (ONNX)
    // from version 2 on: bool: whether there is a sampler; the sampler (SamplerNetwork)
    // the ignored patches' column, see IgnoredColumn.Write
    private protected override void Write(BinaryWriter writer)
    {
        _columns.Write(writer);
        writer.Write(Grid.Height);
        writer.Write(Grid.Width);
        writer.Write(Grid.Channels);
        writer.Write(Summary);
        writer.Write(_session.Model.Length);
        writer.Write(_session.Model);
        writer.Write(_sampler is not null);
        _sampler?.Write(writer);
        IgnoredColumn.Write(writer, _columns.Ignored);
    }

    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, (reader, version) =>
    {
        var columns = DetectionColumns.Read(reader);
        var grid = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        var summary = reader.ReadString();
        int length = reader.ReadInt32();
        var graph = reader.ReadBytes(length);
        if (graph.Length != length)
            throw new EndOfStreamException("the graph is cut off.");
        var sampler = version >= 2 && reader.ReadBoolean() ? SamplerNetwork.Read(reader) : null;
        return new GraphAnomalyTransformer(env, columns with { Ignored = IgnoredColumn.Read(reader) }, grid, graph, summary, sampler);
    });

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _session.Dispose();
        base.Dispose(disposing);
    }
}
