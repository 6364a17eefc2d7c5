using DxmiMlNet.Columns;
using DxmiMlNet.Detection;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using static DxmiMlNet.Detection.DetectionOptions;

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>
/// Finds for every patch the nearest features that a DxMI detector's sampler calls normal, and how far they are: what a part should look like there,
/// and a second anomaly map beside the energy's.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// |  |  |
/// | -- | -- |
/// | Does this estimator need to look at the data to train its parameters? | No |
/// | Input column data type | Known-sized vector of <xref:System.Single>, H x W x C |
/// | Output column data types | Known-sized vectors of <xref:System.Single>, H x W x C and H x W; <xref:System.Single> |
/// | Required NuGet in addition to Microsoft.ML | DxmiMlNet |
/// | Exportable to ONNX | No |
///
/// A patch x is projected and whitened as the detector does, to z [K], and brought to the signal that trajectories have at a step s:
/// z_s = sqrt(abar_s) z. From there the means of the remaining steps follow, z_{t+1} = mu(z_t, t): the steps put normal features in the place of
/// what is unusual, and leave what is common. The end is the nearest normal z', the map is sqrt(mean((z' - z)^2)), in units of the spread of good
/// patches at that position; the score is the mean of the map's highest values. Nothing in it is random: the mean over draws of
/// the trajectories' noise is several times the work, and on photographs no better.
///
/// The result is in the features' own space: x + (z' - z), un-whitened and put back on the principal components. What lies outside
/// these components is left as it is: the detector does not look at it.
/// ]]></format>
/// </remarks>
public sealed class NearestNormalEstimator : IEstimator<NearestNormalTransformer>
{
    /// <summary>Settings of <see cref="NearestNormalEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>Input: feature grids of the detector's size, Vector of Single [H, W, C], or plain vectors.</summary>
        public string FeatureColumnName = "Features";

        /// <summary>Output: the nearest normal features, of the input's type.</summary>
        public string NearestColumnName = "NearestNormal";

        /// <summary>Output: the distance of every patch from its nearest normal features, Vector of Single [H, W], in units of the good patches' spread.</summary>
        public string MapColumnName = "NearestNormalMap";

        /// <summary>Output: the mean of the map's highest values, Single; higher is more anomalous.</summary>
        public string ScoreColumnName = "NearestNormalScore";

        /// <summary>
        /// How far along its steps the sampler starts, 0 to below 1: 0 keeps least of the patch, near 1 changes little. Step s = round(Start T), at most T - 1.
        /// </summary>
        public double Start = 0.4;

        /// <summary>Generation steps T, 1 or more, for a detector that was trained with AnyStep on; null for the detector's own.</summary>
        public int? Steps;

        /// <summary>The score is the mean of this share of the map's highest values, above 0 to 1; at least one patch.</summary>
        public double PooledShare = 0.02;

        internal void Check()
        {
            foreach (var name in new[] { FeatureColumnName, NearestColumnName, MapColumnName, ScoreColumnName })
                ArgumentException.ThrowIfNullOrEmpty(name);
            Require(Start is >= 0 and < 1, nameof(Start), Start, "0 or more, below 1");
            Require(PooledShare is > 0 and <= 1, nameof(PooledShare), PooledShare, "above 0, at most 1");
        }
    }

    private readonly IHost _host;
    private readonly DxmiSampler _sampler;
    private readonly NearestNormalColumns _columns;
    private readonly NearestNormalSettings _settings;

    internal NearestNormalEstimator(IHostEnvironment env, ITransformer model, Options options)
    {
        options.Check();
        _host = env.Register(nameof(NearestNormalEstimator));
        _sampler = DxmiSampler.Of(model).InSteps(options.Steps);
        _columns = new NearestNormalColumns(options.FeatureColumnName, options.NearestColumnName, options.MapColumnName, options.ScoreColumnName);
        int positions = _sampler.Grid.Height * _sampler.Grid.Width;
        _settings = new NearestNormalSettings(
            Math.Min((int)Math.Round(options.Start * _sampler.Steps), _sampler.Steps - 1),
            Math.Clamp((int)Math.Round(options.PooledShare * positions), 1, positions));
        MlNetBridge.Register(env, GetType());
    }

    /// <summary>The columns that the transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing or is no vector of known size of Single.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumns.Require(inputSchema, _columns.Features, DetectionColumns.ExpectedFeatures, InputColumns.IsKnownSizeVector);
        var features = new VectorDataViewType(NumberDataViewType.Single, 1);   // a shape says "vector of known size", not which
        return SchemaShapes.With(inputSchema, _columns.Outputs(features, 1, 1));
    }

    /// <summary>Checks the schema; there is nothing to learn, and the data is not read.</summary>
    /// <param name="input">Data with the feature column.</param>
    /// <exception cref="ArgumentOutOfRangeException">The feature column is missing, of another type or of another size.</exception>
    public NearestNormalTransformer Fit(IDataView input)
    {
        var transformer = new NearestNormalTransformer(_host, _sampler, _columns, _settings);
        transformer.GetOutputSchema(input.Schema);
        return transformer;
    }
}
