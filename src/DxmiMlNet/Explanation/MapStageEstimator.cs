using DxmiMlNet.Columns;
using DxmiMlNet.Decisions;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Explanation;

/// <summary>What the estimators share that learn from the anomaly maps of good images: the columns, the checks, one pass over the data.</summary>
/// <typeparam name="TTransformer">What is fitted.</typeparam>
public abstract class MapStageEstimator<TTransformer> : IEstimator<TTransformer>
    where TTransformer : class, ITransformer
{
    private readonly IHost _host;
    private readonly MapStageOptions _options;

    private protected MapStageEstimator(IHostEnvironment env, string name, MapStageOptions options)
    {
        _host = env.Register(name);
        ConformalCalibration.CheckAlpha(options.Alpha);
        DefectRegions.CheckMinimumArea(options.MinimumArea);
        _options = options;
        MlNetBridge.Register(env, GetType());
    }

    private protected abstract DataViewSchema.DetachedColumn Output { get; }

    /// <summary>Makes the transformer from what the good maps tell.</summary>
    private protected abstract TTransformer Make(IHost host, IChannel channel, GoodMaps maps);

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        MapColumns.Check(inputSchema, _options.MapColumnName, _options.LabelColumnName, _options.IgnoredColumnName);
        MapColumns.CheckImage(inputSchema, _options.ImageColumnName);
        return SchemaShapes.With(inputSchema, Output);
    }

    /// <inheritdoc/>
    /// <exception cref="DxmiException">There are too few good images for alpha, or a map holds what is not a number.</exception>
    public TTransformer Fit(IDataView input)
    {
        MapColumns.RequireImage(input.Schema, _options.ImageColumnName);
        using var channel = _host.Start("Fitting");
        return Make(_host, channel, GoodMaps.Read(input, _options.MapColumnName, _options.LabelColumnName, _options.IgnoredColumnName));
    }
}
