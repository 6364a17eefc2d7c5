using DxmiMlNet.Detection;
using DxmiMlNet.Onnx;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.Detection.Dxmi.Sampling.NearestNormalTransformer), null, typeof(SignatureLoadModel), "", DxmiMlNet.Detection.Dxmi.Sampling.NearestNormalTransformer.LoaderSignature)]

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>
/// Adds the nearest normal features of every patch, the map of their distances and its score: made by <see cref="NearestNormalEstimator"/>. Any number
/// of threads may use it; it needs no libtorch.
/// </summary>
public sealed class NearestNormalTransformer : InspectionTransformer
{
    internal const string LoaderSignature = "DxmiNearestNormal";
    // Version 2: the sampler may run in any number of steps.
    internal static readonly LoaderInfo Loader = new("DXNEARNM", LoaderSignature, 2, typeof(NearestNormalTransformer));

    private readonly NearestNormalColumns _columns;
    private readonly NearestNormalSettings _settings;
    private readonly Lazy<OnnxSession> _session;

    internal NearestNormalTransformer(IHostEnvironment env, DxmiSampler sampler, NearestNormalColumns columns, NearestNormalSettings settings)
        : base(env, nameof(NearestNormalTransformer))
    {
        Sampler = sampler;
        _columns = columns;
        _settings = settings;
        _session = new Lazy<OnnxSession>(() => new OnnxSession(SamplerGraph.NearestNormal(Sampler, settings.Start, settings.PooledPatches), "The graph of the nearest normal features"));
    }

    /// <summary>The sampler.</summary>
    public DxmiSampler Sampler { get; }

    /// <summary>The sampler's step that patches start at, 0 to T - 1.</summary>
    public int StartStep => _settings.Start;

    private int Positions => Sampler.Grid.Height * Sampler.Grid.Width;

    private protected override IRowModel RowModel => new Rows(this);

    private protected override LoaderInfo LoaderInfo => Loader;

    /// <summary>Finds the nearest normal features of one grid directly.</summary>
    /// <param name="features">[H, W, C], row major.</param>
    /// <param name="nearest">Receives the nearest normal features, [H, W, C].</param>
    /// <param name="map">Receives the distance of every patch, [H, W].</param>
    /// <returns>The score: the mean of the highest distances.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An array has another length.</exception>
    public float Find(float[] features, float[] nearest, float[] map)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(features.Length, Positions * Sampler.Grid.Channels, nameof(features));
        ArgumentOutOfRangeException.ThrowIfNotEqual(nearest.Length, features.Length, nameof(nearest));
        ArgumentOutOfRangeException.ThrowIfNotEqual(map.Length, Positions, nameof(map));
        var score = new float[1];
        long[] shape = [1, Positions, Sampler.Grid.Channels];
        _session.Value.Run((SamplerGraph.Features, features, shape),
            (SamplerGraph.Nearest, nearest, shape), (SamplerGraph.Map, map, [1, Positions]), (SamplerGraph.Score, score, [1]));
        return score[0];
    }

    // Binary format
    // features, nearest, map and score columns (4 strings)
    // int: start step, pooled patches
    // the sampler (DxmiSampler)
    private protected override void Write(BinaryWriter writer)
    {
        _columns.Write(writer);
        _settings.Write(writer);
        Sampler.Write(writer);
    }

    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, reader =>
    {
        var columns = NearestNormalColumns.Read(reader);
        var settings = NearestNormalSettings.Read(reader);
        return new NearestNormalTransformer(env, DxmiSampler.Read(reader), columns, settings);
    });

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _session.IsValueCreated)
            _session.Value.Dispose();
        base.Dispose(disposing);
    }

    private sealed class Rows(NearestNormalTransformer owner) : IRowModel
    {
        public DataViewSchema.Column[] BindInputs(DataViewSchema inputSchema)
            => [DetectionColumns.RequireGrid(inputSchema, owner._columns.Features, owner.Sampler.Grid)];

        public DataViewSchema.DetachedColumn[] Outputs(DataViewSchema inputSchema)
            => owner._columns.Outputs(inputSchema[owner._columns.Features].Type, owner.Sampler.Grid.Height, owner.Sampler.Grid.Width);

        public Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        {
            var source = input.GetGetter<VBuffer<float>>(input.Schema[owner._columns.Features]);
            VBuffer<float> buffer = default;
            var features = new float[owner.Positions * owner.Sampler.Grid.Channels];
            var nearest = new float[features.Length];
            var map = new float[owner.Positions];
            float score = 0;
            var row = new RowCache(input, () =>
            {
                source(ref buffer);
                buffer.CopyTo(features);
                score = owner.Find(features, nearest, map);
            });
            ValueGetter<float> getScore = (ref float value) =>
            {
                row.Update();
                value = score;
            };
            return [isActive(0) ? Values(nearest) : null, isActive(1) ? getScore : null, isActive(2) ? Values(map) : null];

            ValueGetter<VBuffer<float>> Values(float[] values) => (ref VBuffer<float> value) =>
            {
                row.Update();
                var editor = VBufferEditor.Create(ref value, values.Length);
                values.CopyTo(editor.Values);
                value = editor.Commit();
            };
        }
    }
}
