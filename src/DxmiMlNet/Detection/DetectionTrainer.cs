using DxmiMlNet.Columns;
using DxmiMlNet.Diffusion.Native;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Detection;

/// <summary>Learns from the good rows of a view what is normal: what the trainers of all detectors have in common.</summary>
/// <typeparam name="TOptions">Its settings.</typeparam>
public abstract class DetectionTrainer<TOptions> : IEstimator<GraphAnomalyTransformer>
    where TOptions : DetectionTrainerOptions
{
    private readonly IHost _host;

    private protected DetectionTrainer(IHostEnvironment env, TOptions options)
    {
        options.Check();
        _host = env.Register(GetType().Name);
        Settings = options;
        Seed = options.Seed ?? _host.Rand.Next();   // a context with a seed gives every estimator a seeded generator
        MlNetBridge.Register(env, GetType());
    }

    private protected TOptions Settings { get; }

    private protected int Seed { get; }

    /// <summary>The columns that the fitted transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or is no vector of known size of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema) => Settings.Columns.Promise(inputSchema, Settings.LabelColumnName);

    /// <summary>Trains on the good rows of a view; memory does not grow with the number of rows.</summary>
    /// <param name="input">Rows with features; rows whose label is above 0 are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type.</exception>
    /// <exception cref="DxmiException">There are too few good rows, a feature is not finite, or training failed.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public GraphAnomalyTransformer Fit(IDataView input)
    {
        var column = InputColumns.Require(input.Schema, Settings.FeatureColumnName, DetectionColumns.ExpectedFeatures, InputColumns.IsKnownSizeVector);
        var grid = InputColumns.Grid(column);
        TorchBackend.Require();
        using var channel = _host.Start("Training");
        var rows = new FeatureRows(input, column, Settings.LabelColumnName, Settings.IgnoredColumnName);
        var fitted = Learn(rows, column, grid, new PhaseLog(channel, Settings.Progress));
        return new GraphAnomalyTransformer(_host, Settings.Columns with { Ignored = rows.IgnoredColumnName }, grid, fitted);
    }

    /// <param name="rows">The good rows.</param>
    /// <param name="features">The column of their features.</param>
    /// <param name="grid">[H, W, C] of a row.</param>
    /// <param name="log">Told how far it is.</param>
    /// <returns>What was learned.</returns>
    private protected abstract FittedDetector Learn(FeatureRows rows, DataViewSchema.Column features, (int Height, int Width, int Channels) grid, PhaseLog log);
}
