using DxmiMlNet.Decisions;
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
public sealed class AnomalyOverlayEstimator : MapStageEstimator<AnomalyOverlayTransformer>
{
    /// <summary>
    /// The settings of <c>DrawAnomalyMap</c>; the column that it adds is an MLImage of the original's size (see the remarks of
    /// <see cref="AnomalyOverlayTransformer"/> on its lifetime).
    /// </summary>
    public sealed class Options() : MapStageOptions("Overlay")
    {
        /// <summary>The greatest opacity of the colour: 0 (clear) to 1 (opaque).</summary>
        public double Opacity = 0.5;
    }

    private readonly Options _options;

    internal AnomalyOverlayEstimator(IHostEnvironment env, Options options)
        : base(env, nameof(AnomalyOverlayEstimator), options)
    {
        AnomalyOverlay.CheckOpacity(options.Opacity);
        _options = options;
    }

    private protected override DataViewSchema.DetachedColumn Output => AnomalyOverlayTransformer.OutputColumn(_options.OutputColumnName);

    private protected override AnomalyOverlayTransformer Make(IHost host, IChannel channel, GoodMaps maps)
    {
        var scale = AnomalyScale.FromGoodMaps(maps, _options.Alpha);
        channel.Info(MessageSensitivity.None, "Colour scale {0:G6} to {1:G6}, outlines above {2:G6}, from {3} good images",
            scale.Low, scale.High, scale.Threshold, maps.Maxima.Count);
        return new AnomalyOverlayTransformer(host, MapStageColumns.Of(_options, maps.IgnoredColumnName), scale, _options.Opacity, _options.MinimumArea);
    }
}
