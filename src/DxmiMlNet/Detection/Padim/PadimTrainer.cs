using System.Numerics.Tensors;
using DxmiMlNet.Diffusion;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Padim;

/// <summary>
/// Learns a Gaussian of patch features for every position; a patch is as anomalous as its Mahalanobis distance (Defard et al., PaDiM: a Patch
/// Distribution Modeling Framework for Anomaly Detection and Localization, 2020). For parts that lie in the same place on every image.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Anomaly detection |
/// | Is normalization required? | No |
/// | Is caching required? | No (the data is read once) |
/// | Required NuGet in addition to Microsoft.ML | DxmiMlNet; to train also TorchSharp-cpu or a CUDA backend |
/// | Exportable to ONNX | Yes (the fitted transformer holds an ONNX graph) |
///
/// **Algorithm.** K channels are drawn at random. At position p the good rows give mean m_p and covariance
/// S_p = sum of (x - m_p) (x - m_p)^T / (n - 1) + v I, v = 0.01. The map is sqrt((x - m_p)^T S_p^-1 (x - m_p)), the score its maximum.
/// Unlike the paper, the map is not smoothed at the image's resolution.
/// ]]></format>
/// </remarks>
public sealed partial class PadimTrainer : IEstimator<GraphAnomalyTransformer>
{
    private const int RowsTogether = 8;   // one product of matrices for several rows is faster than one each

    private readonly IHost _host;
    private readonly Options _options;
    private readonly int _seed;

    internal PadimTrainer(IHostEnvironment env, Options options)
    {
        options.Check();
        _host = env.Register(nameof(PadimTrainer));
        _options = options;
        _seed = options.Seed ?? _host.Rand.Next();
        MlNetBridge.Register(env);
    }

    private DetectionColumns OutputNames => new(_options.FeatureColumnName, _options.ScoreColumnName, _options.AnomalyMapColumnName, _options.IgnoredColumnName);

    /// <summary>The columns that the fitted transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or is no vector of known size of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => OutputNames.Promise(inputSchema, _options.LabelColumnName);

    /// <summary>Fits the Gaussians to the good rows of a view, which is read once; memory does not grow with the number of rows: 8 H W K^2 bytes.</summary>
    /// <param name="input">Rows with features; rows whose label is above 0 are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type.</exception>
    /// <exception cref="DxmiException">There are fewer than two good rows, or a feature is not finite.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public GraphAnomalyTransformer Fit(IDataView input)
    {
        var column = Columns.Require(input.Schema, _options.FeatureColumnName, DetectionColumns.ExpectedFeatures, Columns.IsKnownSizeVector);
        var grid = Columns.Grid(column);
        using var channel = _host.Start("Training");
        var phases = new PhaseClock(new PhaseLog(channel, _options.Progress));
        var all = Enumerable.Range(0, grid.Channels).ToArray();
        new Random(_seed).Shuffle(all);
        int[] channels = [.. all.Take(_options.Channels).Order()];
        int threads = get_num_threads();
        set_num_threads(_options.Threads);
        try
        {
            var rows = new FeatureRows(input, column, _options.LabelColumnName, _options.IgnoredColumnName);
            var (graph, count) = Run(rows, (int?)input.GetRowCount(), grid, channels, phases);
            return new GraphAnomalyTransformer(_host, OutputNames with { Ignored = rows.IgnoredColumnName }, grid, graph,
                $"PaDiM with {channels.Length} of {grid.Channels} channels, {count} good rows, seed {_seed}");
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private (byte[] Graph, int Count) Run(FeatureRows rows, int? expected, (int Height, int Width, int Channels) grid, int[] channels, PhaseClock phases)
    {
        using var scope = NewDisposeScope();
        int positions = grid.Height * grid.Width, k = channels.Length;
        using var moments = new PositionMoments(grid.Height, grid.Width, k);
        bool ignores = rows.IgnoredColumnName is not null;
        // Sums of differences from the first row, not of values: less is lost where they cancel.
        var first = new float[positions * k];
        int together = ignores ? 1 : RowsTogether;
        var block = new float[together * positions * k];
        int pending = 0;
        int count = rows.ForEach((row, features, ignored) =>
        {
            var target = block.AsSpan(pending * positions * k, positions * k);
            Pick(features, row == 0 ? first : target);
            if (row == 0)
            {
                first.CopyTo(target);
                if (ignores)
                    SpreadMean(first, ignored);
            }
            TensorPrimitives.Subtract(target, first, target);
            if (++pending == together)
                AddBlock(ignored);
            phases.Report("reading features", row + 1, expected, 0, 0.9);
        }, _options.Cancellation);
        FeatureRows.RequireCount(count, 2);
        AddBlock(null);
        var (mean, transform) = moments.Regularized(_options.AddedVariance);
        float[] means = [.. mean.data<float>()];
        TensorPrimitives.Add(means, first, means);
        phases.Report("fitting", 1, 1, 0.9, 1);
        return (PadimGraph.Write(grid, [.. channels.Select(c => (long)c)], means, [.. transform.data<float>()], ignores), count);

        void Pick(float[] features, Span<float> target)
        {
            for (int p = 0; p < positions; p++)
                for (int c = 0; c < k; c++)
                    target[p * k + c] = features[p * grid.Channels + channels[c]];
        }

        // The row's mean stands at every position: what is known of all positions can then stand in for one that no row shows.
        void SpreadMean(float[] patches, bool[]? ignored)
        {
            int[] inspected = [.. Enumerable.Range(0, positions).Where(p => ignored is null || !ignored[p])];
            var mean = new float[k];
            foreach (int p in inspected)
                TensorPrimitives.Add(mean, patches.AsSpan(p * k, k), mean);
            TensorPrimitives.Divide(mean, inspected.Length, mean);
            for (int p = 0; p < positions; p++)
                mean.CopyTo(patches.AsSpan(p * k));
        }

        void AddBlock(bool[]? ignored)
        {
            using var inner = NewDisposeScope();
            if (ignores && pending > 0)
                moments.Add(tensor(block, [positions, k]), ignored);
            else if (pending > 0)
                moments.Add(tensor(block, [together, positions, k]).narrow(0, 0, pending));
            pending = 0;
        }
    }
}
