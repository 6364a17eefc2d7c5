using DxmiMlNet.Explanation;
using DxmiMlNet.Persistence;

namespace Microsoft.ML;

/// <summary>Shows where and how strongly an image deviates: <c>mlContext.Transforms.DrawAnomalyMap</c> and <c>.FindDefectRegions</c>.</summary>
public static class ExplanationCatalog
{
    /// <summary>
    /// Adds the anomaly map drawn over the photograph, on a colour scale learned from good images (see <see cref="AnomalyOverlayEstimator"/>).
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column to add: an MLImage of the original's size.</param>
    /// <param name="mapColumnName">The anomaly map: a vector of Single with dimensions [height, width].</param>
    /// <param name="imageColumnName">The original image.</param>
    /// <param name="labelColumnName">0 or false for good images, which alone are learned from; null looks at none; the default may be absent.</param>
    /// <param name="opacity">The greatest opacity of the colour, 0 to 1.</param>
    /// <param name="alpha">The share of good parts that may show an outline, between 0 and 1; asks for ceil(1 / alpha) - 1 good images.</param>
    /// <param name="minimumArea">Regions with fewer pixels of the original image get no outline.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static AnomalyOverlayEstimator DrawAnomalyMap(this TransformsCatalog catalog, string outputColumnName = "Overlay",
        string mapColumnName = "AnomalyMap", string imageColumnName = "Image", string? labelColumnName = "Label", double opacity = 0.5, double alpha = 0.05,
        double minimumArea = 16)
        => catalog.DrawAnomalyMap(new AnomalyOverlayEstimator.Options
        {
            MapColumnName = mapColumnName,
            ImageColumnName = imageColumnName,
            OutputColumnName = outputColumnName,
            Opacity = opacity,
            Alpha = alpha,
            MinimumArea = minimumArea,
            LabelColumnName = labelColumnName,
        });

    /// <summary>
    /// Adds the anomaly map drawn over the photograph, on a colour scale learned from good images (see <see cref="AnomalyOverlayEstimator"/>).
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static AnomalyOverlayEstimator DrawAnomalyMap(this TransformsCatalog catalog, AnomalyOverlayEstimator.Options options)
        => new(MlNetBridge.Environment(catalog), options);

    /// <summary>
    /// Adds the defect regions of every image, above a pixel threshold that at most a share alpha of good parts exceeds
    /// (see <see cref="DefectRegionEstimator"/>). <see cref="DefectRegion.FromVector"/> reads the column.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">The column to add: a vector of Single of variable size, eight numbers a region.</param>
    /// <param name="mapColumnName">The anomaly map: a vector of Single with dimensions [height, width].</param>
    /// <param name="imageColumnName">The original image; regions are in its pixels.</param>
    /// <param name="labelColumnName">0 or false for good images, which alone are learned from; null looks at none; the default may be absent.</param>
    /// <param name="alpha">The share of good parts that may show a region, between 0 and 1; asks for ceil(1 / alpha) - 1 good images.</param>
    /// <param name="minimumArea">Regions with fewer pixels of the original image are left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static DefectRegionEstimator FindDefectRegions(this TransformsCatalog catalog, string outputColumnName = "Regions",
        string mapColumnName = "AnomalyMap", string imageColumnName = "Image", string? labelColumnName = "Label", double alpha = 0.05,
        double minimumArea = 16)
        => catalog.FindDefectRegions(new DefectRegionEstimator.Options
        {
            MapColumnName = mapColumnName,
            ImageColumnName = imageColumnName,
            OutputColumnName = outputColumnName,
            Alpha = alpha,
            MinimumArea = minimumArea,
            LabelColumnName = labelColumnName,
        });

    /// <summary>
    /// Adds the defect regions of every image, above a pixel threshold that at most a share alpha of good parts exceeds
    /// (see <see cref="DefectRegionEstimator"/>). <see cref="DefectRegion.FromVector"/> reads the column.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static DefectRegionEstimator FindDefectRegions(this TransformsCatalog catalog, DefectRegionEstimator.Options options)
        => new(MlNetBridge.Environment(catalog), options);
}
