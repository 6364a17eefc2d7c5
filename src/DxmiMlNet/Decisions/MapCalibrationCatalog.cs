using DxmiMlNet.Decisions;
using DxmiMlNet.Persistence;

namespace Microsoft.ML;

/// <summary>From anomaly map to p-values.</summary>
public static class MapCalibrationCatalog
{
    /// <summary>
    /// Learns from good images how rare each value of an anomaly map is, so that at most a share alpha of good parts has any pixel with a p-value of alpha
    /// or less. See <see cref="MapCalibrationEstimator"/> for the method and its condition: calibrate on images that the detector was not trained on.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">Output: a p-value a patch, Vector of Single [height, width].</param>
    /// <param name="mapColumnName">Input: the anomaly map, a vector of Single with dimensions [height, width].</param>
    /// <param name="labelColumnName">Input of Fit, used when present: Boolean, or Single with 0 for good. Null: do not look at labels.</param>
    public static MapCalibrationEstimator CalibrateAnomalyMap(this TransformsCatalog catalog, string outputColumnName = "PValueMap",
        string mapColumnName = "AnomalyMap", string? labelColumnName = "Label")
        => catalog.CalibrateAnomalyMap(new MapCalibrationEstimator.Options
        {
            OutputColumnName = outputColumnName,
            MapColumnName = mapColumnName,
            LabelColumnName = labelColumnName,
        });

    /// <summary>Learns from good images how rare each value of an anomaly map is.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">All settings.</param>
    public static MapCalibrationEstimator CalibrateAnomalyMap(this TransformsCatalog catalog, MapCalibrationEstimator.Options options)
        => new(MlNetBridge.Environment(catalog), options);
}
