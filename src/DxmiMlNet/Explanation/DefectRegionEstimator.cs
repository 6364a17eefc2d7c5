using DxmiMlNet.Decisions;
using DxmiMlNet.Diffusion;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Explanation;

/// <summary>Learns the pixel threshold of <c>FindDefectRegions</c> from the anomaly maps of good images.</summary>
/// <remarks>
/// <para>
/// The threshold is the first value above the k-th smallest of the n good images' map maxima, <c>k = ceil((n + 1)(1 - alpha))</c> (split-conformal calibration).
/// A new good part that is exchangeable with them exceeds it anywhere with probability at most alpha, so at most that share of good parts
/// shows any region. That needs <c>n at least ceil(1 / alpha) - 1</c> good images: 19 for alpha = 0.05, 99 for 0.01.
/// </para>
/// <para>
/// Bilinear upsampling to the image lowers peaks and never raises them, so the promise holds in pixels of the image, too; a defect of a
/// single cell of the map shows a region only if it exceeds the threshold by what the upsampling takes away.
/// </para>
/// <para>
/// The promise holds for images that the detector was not trained on: fit this stage on good images of their own. Rows whose label says
/// anomalous are ignored; without a label column every row counts as good. One pass over the data, two numbers kept an image.
/// </para>
/// </remarks>
public sealed class DefectRegionEstimator : IEstimator<DefectRegionTransformer>
{
    /// <summary>The settings of <c>FindDefectRegions</c>.</summary>
    public sealed class Options
    {
        /// <summary>The anomaly map: a vector of Single with dimensions [height, width].</summary>
        public string MapColumnName = "AnomalyMap";

        /// <summary>The original image; regions are in its pixels.</summary>
        public string ImageColumnName = "Image";

        /// <summary>The column to add: eight numbers a region (see <see cref="DefectRegion"/>), a vector of Single of variable size.</summary>
        public string OutputColumnName = "Regions";

        /// <summary>The share of good parts that may show a region, between 0 and 1, both excluded.</summary>
        public double Alpha = 0.05;

        /// <summary>Regions with fewer pixels of the original image are left out; 0 or more.</summary>
        public double MinimumArea = 16;

        /// <summary>
        /// 0 or false for good images, which alone are learned from; Single or Boolean. Null looks at none; the default may be absent.
        /// </summary>
        public string? LabelColumnName = LabelColumn.DefaultName;
    }

    private readonly IHost _host;
    private readonly Options _options;

    internal DefectRegionEstimator(IHostEnvironment env, Options options)
    {
        _host = env.Register(nameof(DefectRegionEstimator));
        ConformalCalibration.CheckAlpha(options.Alpha);
        DefectRegions.CheckMinimumArea(options.MinimumArea);
        _options = options;
        MlNetBridge.Register(env);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        MapColumns.Check(inputSchema, _options.MapColumnName, _options.ImageColumnName, _options.LabelColumnName);
        return SchemaShapes.With(inputSchema, DefectRegionTransformer.Output(_options.OutputColumnName));
    }

    /// <inheritdoc/>
    /// <exception cref="DxmiException">There are too few good images for alpha, or a map holds what is not a number.</exception>
    public DefectRegionTransformer Fit(IDataView input)
    {
        MapColumns.RequireImage(input.Schema, _options.ImageColumnName);
        using var channel = _host.Start("Fitting");
        var maps = GoodMaps.Read(input, _options.MapColumnName, _options.LabelColumnName);
        float threshold = new ConformalCalibration(maps.Maxima).Threshold(_options.Alpha);
        channel.Info(MessageSensitivity.None, "Pixel threshold {0:G6} from {1} good images at alpha {2}", threshold, maps.Maxima.Count, _options.Alpha);
        return new DefectRegionTransformer(_host, _options.MapColumnName, _options.ImageColumnName, _options.OutputColumnName, threshold, _options.MinimumArea);
    }
}
