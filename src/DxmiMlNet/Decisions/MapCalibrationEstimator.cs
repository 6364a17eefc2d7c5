using DxmiMlNet.Columns;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Decisions;

/// <summary>Learns from the anomaly maps of good images how rare each value of a map is: a p-value a pixel, valid for all pixels together.</summary>
/// <remarks>
/// <para>
/// With the n good images' map maxima m_i, a pixel of value v gets <c>p(v) = (1 + #{m_i >= v}) / (n + 1)</c> (the maximum statistic; Westfall and Young,
/// Resampling-Based Multiple Testing, 1993; split-conformal as in <see cref="ScoreCalibrationEstimator"/>). The smallest p-value of a map is that of its
/// maximum, and the maximum of a new good part is exchangeable with the m_i. So
/// <c>P(any pixel of a good part has p &lt;= alpha) &lt;= alpha</c>, whatever the number of pixels and their dependence.
/// </para>
/// <para>
/// <c>FindDefectRegions</c> takes its threshold from the same statistic: at equal alpha its regions lie where <c>p &lt;= alpha</c>. A p-value is at least
/// 1 / (n + 1): an alpha needs 1 / alpha - 1 good images (19 for 0.05, 99 for 0.01), none of which trained the detector. Patches that are ignored have
/// p = 1.
/// </para>
/// <para>Rows whose label says anomalous are left out. One pass over the data, one number kept an image.</para>
/// </remarks>
public sealed class MapCalibrationEstimator : IEstimator<MapCalibrationTransformer>
{
    /// <summary>Settings of <see cref="MapCalibrationEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>Input: the anomaly map, a vector of Single with dimensions [height, width].</summary>
        public string MapColumnName = "AnomalyMap";

        /// <summary>Input, used when the data has it: which patches are ignored, Vector of Boolean [height, width]. Null: do not look.</summary>
        public string? IgnoredColumnName = IgnoredColumn.DefaultName;

        /// <summary>Input of Fit, used when the data has it: Boolean, or Single with 0 for good. Null: do not look at labels.</summary>
        public string? LabelColumnName = LabelColumn.DefaultName;

        /// <summary>Output: a p-value a patch, Vector of Single [height, width], 1 / (n + 1) to 1.</summary>
        public string OutputColumnName = "PValueMap";
    }

    private readonly IHost _host;
    private readonly Options _options;

    internal MapCalibrationEstimator(IHostEnvironment env, Options options)
    {
        _host = env.Register(nameof(MapCalibrationEstimator));
        _options = options;
        MlNetBridge.Register(env, GetType());
    }

    /// <summary>The column that the fitted transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The map, label or ignored column is missing or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        MapColumns.Check(inputSchema, _options.MapColumnName, _options.LabelColumnName, _options.IgnoredColumnName);
        return SchemaShapes.With(inputSchema, MapCalibrationTransformer.OutputColumn(_options.OutputColumnName, (1, 1, 1)));
    }

    /// <summary>Keeps the maxima of the good images' maps.</summary>
    /// <param name="input">Scored images that the detector was not trained on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The map, label or ignored column is missing or has another type.</exception>
    /// <exception cref="DxmiException">There is no good image, or a map holds what is not a number.</exception>
    public MapCalibrationTransformer Fit(IDataView input)
    {
        using var channel = _host.Start("Calibrating");
        var maps = GoodMaps.Read(input, _options.MapColumnName, _options.LabelColumnName, _options.IgnoredColumnName);
        if (maps.Maxima.Count == 0)
            throw new DxmiException("There is no good image to calibrate maps on.", "At least 19 are usual: a p-value of 0.05 needs as many.",
                "Calibrate on good images that the model was not trained on.");
        channel.Info(MessageSensitivity.None, "Calibrated maps on {0} good images.", maps.Maxima.Count);
        return new MapCalibrationTransformer(_host, _options.MapColumnName, _options.OutputColumnName, maps.IgnoredColumnName, maps.Calibration);
    }
}
