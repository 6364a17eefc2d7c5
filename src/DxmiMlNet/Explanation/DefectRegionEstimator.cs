using DxmiMlNet.Decisions;
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
public sealed class DefectRegionEstimator : MapStageEstimator<DefectRegionTransformer>
{
    /// <summary>
    /// The settings of <c>FindDefectRegions</c>; the column that it adds has eight numbers a region (see <see cref="DefectRegion"/>), a vector of Single
    /// of variable size.
    /// </summary>
    public sealed class Options() : MapStageOptions("Regions");

    private readonly Options _options;

    internal DefectRegionEstimator(IHostEnvironment env, Options options)
        : base(env, nameof(DefectRegionEstimator), options)
    {
        _options = options;
    }

    private protected override DataViewSchema.DetachedColumn Output => DefectRegionTransformer.OutputColumn(_options.OutputColumnName);

    private protected override DefectRegionTransformer Make(IHost host, IChannel channel, GoodMaps maps)
    {
        float threshold = maps.Calibration.Threshold(_options.Alpha);
        channel.Info(MessageSensitivity.None, "Pixel threshold {0:G6} from {1} good images at alpha {2}", threshold, maps.Maxima.Count, _options.Alpha);
        return new DefectRegionTransformer(host, MapStageColumns.Of(_options, maps.IgnoredColumnName), threshold, _options.MinimumArea);
    }
}
