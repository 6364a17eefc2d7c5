using DxmiMlNet.Decisions;
using DxmiMlNet.Diffusion;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Explanation;

/// <summary>Learns the colour scale of <c>DrawAnomalyMap</c> from the anomaly maps of good images.</summary>
/// <remarks>
/// <para>
/// One colour means the same deviation on every image. The scale begins at <c>Low</c>, the median of the good maps' medians, and ends at
/// <c>High = Low + 32 (m - Low)</c>, where m is the median of the good maps' maxima: the most unusual spot of a typical good part lies at one
/// third of the scale, where colour begins to show, so half of the good parts show none; above it the scale is logarithmic. Outlined is what exceeds the pixel threshold of
/// <see cref="DefectRegionEstimator"/>: with the same alpha and minimum area, outlines and regions agree.
/// </para>
/// <para>
/// Fit it on good images that the detector was not trained on. Rows whose label says anomalous are ignored; without
/// a label column every row counts as good. One pass over the data, two numbers kept an image.
/// </para>
/// </remarks>
public sealed class AnomalyOverlayEstimator : IEstimator<AnomalyOverlayTransformer>
{
    /// <summary>The settings of <c>DrawAnomalyMap</c>.</summary>
    public sealed class Options
    {
        /// <summary>The anomaly map: a vector of Single with dimensions [height, width].</summary>
        public string MapColumnName = "AnomalyMap";

        /// <summary>The original image, which the map is drawn over.</summary>
        public string ImageColumnName = "Image";

        /// <summary>The column to add: an MLImage of the original's size (see the remarks of <see cref="AnomalyOverlayTransformer"/> on its lifetime).</summary>
        public string OutputColumnName = "Overlay";

        /// <summary>The greatest opacity of the colour: 0 (clear) to 1 (opaque).</summary>
        public double Opacity = 0.5;

        /// <summary>The share of good parts that may show an outline, between 0 and 1, both excluded.</summary>
        public double Alpha = 0.05;

        /// <summary>Regions with fewer pixels of the original image get no outline; 0 or more.</summary>
        public double MinimumArea = 16;

        /// <summary>
        /// 0 or false for good images, which alone are learned from; Single or Boolean. Null looks at none; the default may be absent.
        /// </summary>
        public string? LabelColumnName = LabelColumn.DefaultName;
    }

    private readonly IHost _host;
    private readonly Options _options;

    internal AnomalyOverlayEstimator(IHostEnvironment env, Options options)
    {
        _host = env.Register(nameof(AnomalyOverlayEstimator));
        AnomalyOverlay.CheckOpacity(options.Opacity);
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
        return SchemaShapes.With(inputSchema, AnomalyOverlayTransformer.Output(_options.OutputColumnName));
    }

    /// <inheritdoc/>
    /// <exception cref="DxmiException">There are too few good images for alpha, or a map holds what is not a number.</exception>
    public AnomalyOverlayTransformer Fit(IDataView input)
    {
        MapColumns.RequireImage(input.Schema, _options.ImageColumnName);
        using var channel = _host.Start("Fitting");
        var maps = GoodMaps.Read(input, _options.MapColumnName, _options.LabelColumnName);
        var scale = AnomalyScale.FromGoodMaps(maps, _options.Alpha);
        channel.Info(MessageSensitivity.None, "Colour scale {0:G6} to {1:G6}, outlines above {2:G6}, from {3} good images",
            scale.Low, scale.High, scale.Threshold, maps.Maxima.Count);
        return new AnomalyOverlayTransformer(_host, _options.MapColumnName, _options.ImageColumnName, _options.OutputColumnName,
            scale, _options.Opacity, _options.MinimumArea);
    }
}
