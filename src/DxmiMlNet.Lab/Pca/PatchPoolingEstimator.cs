using DxmiMlNet.Columns;
using DxmiMlNet.Detection;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Lab.Pca;

/// <summary>
/// Pools the features of all patches of an image to one vector, mean and maximum of every channel over the positions, so that ML.NET's own
/// trainers, which know no maps, can be used on them.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Known-sized vector of <xref:System.Single>, H x W x C |
/// | Output column data type | Known-sized vector of <xref:System.Single>, 2 C |
/// | Required NuGet in addition to Microsoft.ML | DxmiMlNet |
/// | Exportable to ONNX | No |
///
/// The stock reference of the benchmark is
/// PoolPatchFeatures, NormalizeMeanVariance, AnomalyDetection.Trainers.RandomizedPca: the share of an image's pooled features outside the
/// principal components of good ones.
/// ]]></format>
/// </remarks>
public sealed class PatchPoolingEstimator : IEstimator<PatchPoolingTransformer>
{
    /// <summary>Settings of <see cref="PatchPoolingEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>Output: C means, then C maxima, Vector of Single [2 C].</summary>
        public string OutputColumnName = "PooledFeatures";

        /// <summary>Input: feature grids, Vector of Single [H, W, C]; a plain vector of n values is one patch.</summary>
        public string FeatureColumnName = "Features";
    }

    private readonly IHost _host;
    private readonly Options _options;

    internal PatchPoolingEstimator(IHostEnvironment env, Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.OutputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(options.FeatureColumnName);
        _host = env.Register(nameof(PatchPoolingEstimator));
        _options = options;
        MlNetBridge.Register(env, GetType());
    }

    /// <summary>The column that the transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or is no vector of known size of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumns.Require(inputSchema, _options.FeatureColumnName, DetectionColumns.ExpectedFeatures, InputColumns.IsKnownSizeVector);
        var pooled = new VectorDataViewType(NumberDataViewType.Single, 2);   // a shape says "vector of known size", not which
        return SchemaShapes.With(inputSchema, new DataViewSchema.DetachedColumn(_options.OutputColumnName, pooled));
    }

    /// <summary>Checks the schema; there is nothing to learn, and the data is not read.</summary>
    /// <param name="input">Data with the feature column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or of another type.</exception>
    public PatchPoolingTransformer Fit(IDataView input)
    {
        var transformer = new PatchPoolingTransformer(_host, _options.FeatureColumnName, _options.OutputColumnName);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }
}
