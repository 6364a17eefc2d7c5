using DxmiMlNet.Diffusion;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Detection.Dxmi;

/// <summary>
/// Learns what good parts look like with DxMI: maximum-entropy inverse reinforcement learning of a diffusion sampler with an energy
/// (Yoon et al., NeurIPS 2024). The energy of a patch is its anomaly score.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Anomaly detection |
/// | Is normalization required? | No (features are whitened) |
/// | Is caching required? | No (the data is read twice; cache it where reading is slow) |
/// | Required NuGet in addition to Microsoft.ML | DxmiMlNet; to train also TorchSharp-cpu or a CUDA backend |
/// | Exportable to ONNX | Yes (the fitted transformer holds an ONNX graph) |
///
/// **Algorithm.** Patch features x in [H, W, C] are projected on their K principal components and whitened, with statistics by position
/// where that explains held-back good images better. A local energy e(z) is pretrained against noised features, a sampler
/// pi(z_{t+1} | z_t) = N(mu(z_t, t), sigma_t^2 I), t = 0..T-1, as a DDPM. Then both are trained together: the energy lowers data and raises the
/// sampler's samples, L_E = E(data) - E(samples); values V(z, t) learn the expected future cost
/// V(z_t, t) = E[V(z_{t+1}, t+1) + tau2 |z_{t+1} - z_t|^2 / (2 s_t^2) - tau1 log sigma_t], V(., T) = E; the sampler lowers it.
/// Part of the trajectories start from noised data, so that the negatives lie near the data. The map is e at every patch; the
/// score is the mean of the highest energies.
/// ]]></format>
/// </remarks>
public sealed partial class DxmiAnomalyTrainer : IEstimator<GraphAnomalyTransformer>
{
    private readonly IHost _host;
    private readonly Options _options;
    private readonly int _seed;

    internal DxmiAnomalyTrainer(IHostEnvironment env, Options options)
    {
        options.Check();
        _host = env.Register(nameof(DxmiAnomalyTrainer));
        _options = options;
        _seed = options.Seed ?? _host.Rand.Next();   // a context with a seed gives every estimator a seeded generator
        MlNetBridge.Register(env);
    }

    private DetectionColumns OutputNames => new(_options.FeatureColumnName, _options.ScoreColumnName, _options.AnomalyMapColumnName, _options.IgnoredColumnName);

    /// <summary>The columns that the fitted transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or is no vector of known size of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => OutputNames.Promise(inputSchema, _options.LabelColumnName);

    /// <summary>Trains on the good rows of a view, which is read twice; memory does not grow with the number of rows.</summary>
    /// <param name="input">Rows with features; rows whose label is above 0 are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type.</exception>
    /// <exception cref="DxmiException">There are fewer than two good rows, or a feature is not finite.</exception>
    /// <exception cref="DivergedException">Training diverged.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled; with a checkpoint path, a checkpoint holds what was done.</exception>
    public GraphAnomalyTransformer Fit(IDataView input)
    {
        var column = Columns.Require(input.Schema, _options.FeatureColumnName, DetectionColumns.ExpectedFeatures, Columns.IsKnownSizeVector);
        var grid = Columns.Grid(column);
        using var channel = _host.Start("Training");
        var phases = new PhaseLog(channel, _options.Progress);
        var rows = new FeatureRows(input, column, _options.LabelColumnName, _options.IgnoredColumnName);
        var (graph, summary, sampler) = new DxmiTraining(_options, _seed, grid, TapChannels.Of(column, grid.Channels), phases).Run(rows);
        return new GraphAnomalyTransformer(_host, OutputNames with { Ignored = rows.IgnoredColumnName }, grid, graph, summary, sampler);
    }
}
