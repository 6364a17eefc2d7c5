using DxmiMlNet.Columns;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>Turns columns of noise into samples of what a DxMI detector learned to be normal.</summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Known-sized vector of <xref:System.Single>, H x W x (T + 1) x K |
/// | Output column data type | Known-sized vector of <xref:System.Single>, H x W x C, or C where the detector was fitted on plain vectors |
/// | Required NuGet in addition to Microsoft.ML | DxmiMlNet |
/// | Exportable to ONNX | No |
///
/// The noise of a patch is z_0 and the noise of every step: z_{t+1} = mu(z_t, t) + sigma_t noise_{t+1}, t = 0..T-1. z_T is in the detector's whitened
/// space of K principal components; the sample is what it stands for among the features, at the patch's position of the grid. The sampler
/// knows patches, not pictures: the patches of a grid are drawn one by one.
/// ]]></format>
/// </remarks>
public sealed class SampleDxmiEstimator : IEstimator<SampleDxmiTransformer>
{
    /// <summary>Settings of <see cref="SampleDxmiEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>Output: samples in the place of the features that the detector was fitted on, Vector of Single [H, W, C], or [C] for plain vectors.</summary>
        public string OutputColumnName = "Sample";

        /// <summary>Input: standard normal values, Vector of Single of <see cref="DxmiSampler.NoiseLength"/> values, [H, W, T + 1, K] in that order.</summary>
        public string NoiseColumnName = "Noise";

        /// <summary>Generation steps T, 1 or more, for a detector that was trained with AnyStep on; null for the detector's own.</summary>
        public int? Steps;
    }

    private readonly IHost _host;
    private readonly DxmiSampler _sampler;
    private readonly Options _options;

    internal SampleDxmiEstimator(IHostEnvironment env, ITransformer model, Options options)
    {
        ArgumentException.ThrowIfNullOrEmpty(options.OutputColumnName);
        ArgumentException.ThrowIfNullOrEmpty(options.NoiseColumnName);
        _host = env.Register(nameof(SampleDxmiEstimator));
        _sampler = DxmiSampler.Of(model).InSteps(options.Steps);
        _options = options;
        MlNetBridge.Register(env, GetType());
    }

    /// <summary>The column that the transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The noise column is missing or is no vector of known size of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumns.Require(inputSchema, _options.NoiseColumnName, SampleDxmiTransformer.Expected(_sampler), InputColumns.IsKnownSizeVector);
        var sample = new VectorDataViewType(NumberDataViewType.Single, 1);   // a shape says "vector of known size", not which
        return SchemaShapes.With(inputSchema, new DataViewSchema.DetachedColumn(_options.OutputColumnName, sample));
    }

    /// <summary>Checks the schema; there is nothing to learn, and the data is not read.</summary>
    /// <param name="input">Data with the noise column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The noise column is missing, of another type or of another length.</exception>
    public SampleDxmiTransformer Fit(IDataView input)
    {
        var transformer = new SampleDxmiTransformer(_host, _sampler, _options.NoiseColumnName, _options.OutputColumnName);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }
}
