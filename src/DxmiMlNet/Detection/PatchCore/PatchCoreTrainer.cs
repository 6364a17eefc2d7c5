using DxmiMlNet.Diffusion;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Detection.PatchCore;

/// <summary>
/// Memorises patches of good parts; a patch is as anomalous as it is far from the nearest of them (Roth et al., Towards Total Recall in
/// Industrial Anomaly Detection, CVPR 2022).
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Anomaly detection |
/// | Is normalization required? | No |
/// | Is caching required? | No (the data is read once) |
/// | Required NuGet in addition to Microsoft.ML | DxmiMlNet |
/// | Exportable to ONNX | Yes (the fitted transformer holds an ONNX graph) |
///
/// **Algorithm.** Of a uniform sample of all patches, greedy k-center selection on randomly projected features keeps a coreset M.
/// The map is d(x) = min over m in M of |x - m|. The score is d(x*) w, x* the patch of the map's maximum, m* its nearest memory,
/// w = 1 - exp |x* - m*| / sum over the b nearest neighbours m of m* in M of exp |x* - m|. Features are expected to be averaged over their
/// neighbourhood already, as those of ExtractPatchFeatures are. Unlike the paper, map and score are not smoothed at the image's resolution.
/// ]]></format>
/// </remarks>
public sealed partial class PatchCoreTrainer : IEstimator<GraphAnomalyTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;
    private readonly int _seed;

    internal PatchCoreTrainer(IHostEnvironment env, Options options)
    {
        options.Check();
        _host = env.Register(nameof(PatchCoreTrainer));
        _options = options;
        _seed = options.Seed ?? _host.Rand.Next();
        MlNetBridge.Register(env);
    }

    private DetectionColumns OutputNames => new(_options.FeatureColumnName, _options.ScoreColumnName, _options.AnomalyMapColumnName);

    /// <summary>The columns that the fitted transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or is no vector of known size of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => OutputNames.Promise(inputSchema, _options.LabelColumnName);

    /// <summary>Memorises patches of the good rows of a view, which is read once; memory does not grow with the number of rows.</summary>
    /// <param name="input">Rows with features; rows whose label is above 0 are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type.</exception>
    /// <exception cref="DxmiException">There is no good row, or a feature is not finite.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public GraphAnomalyTransformer Fit(IDataView input)
    {
        var column = Columns.Require(input.Schema, _options.FeatureColumnName, DetectionColumns.ExpectedFeatures, Columns.IsKnownSizeVector);
        var grid = Columns.Grid(column);
        using var channel = _host.Start("Training");
        var phases = new PhaseClock(new PhaseLog(channel, _options.Progress));

        int? rows = (int?)input.GetRowCount();
        var reservoir = new PatchReservoir(_options.MaximumPatches, grid.Channels, _seed);
        long patches = (long)grid.Height * grid.Width * new FeatureRows(input, column, _options.LabelColumnName).ForEach((row, features) =>
        {
            reservoir.Offer(row, features);
            phases.Report("reading features", row + 1, rows, 0, 0.5);
        }, _options.Cancellation);
        FeatureRows.RequireCount(reservoir.Count, 1);

        var bank = Memorise(reservoir.ToArray(), grid.Channels, patches, phases);
        int size = bank.Length / grid.Channels;
        int neighbours = size < 2 ? 0 : Math.Min(_options.Neighbours, size);
        return new GraphAnomalyTransformer(_host, OutputNames, grid, PatchCoreGraph.Write(grid, bank, neighbours),
            $"PatchCore with {size} of {patches} patches, re-weighted by {neighbours} neighbours, seed {_seed}");
    }

    /// <summary>The chosen patches, whole, [M, C].</summary>
    private float[] Memorise(float[] sample, int channels, long patches, PhaseClock phases)
    {
        int available = sample.Length / channels;
        int size = (int)Math.Clamp(Math.Round(_options.CoresetShare * patches), 1, Math.Min(_options.MaximumBankSize, available));
        var random = new Random(_seed);
        var (projected, dimension) = Coreset.Project(sample, channels, _options.ProjectedDimension, random, _options.Threads);
        int[] chosen = Coreset.Choose(projected, dimension, size, random.Next(available), _options.Threads, done =>
        {
            _options.Cancellation.ThrowIfCancellationRequested();
            phases.Report("choosing patches", done, size, 0.5, 1);
        });
        var bank = new float[size * channels];
        for (int m = 0; m < size; m++)
            sample.AsSpan(chosen[m] * channels, channels).CopyTo(bank.AsSpan(m * channels));
        return bank;
    }
}
