using DxmiMlNet;
using DxmiMlNet.Features.Regions;
using DxmiMlNet.Persistence;

namespace Microsoft.ML;

/// <summary>Leaves regions of images out of training and inspection.</summary>
public static class IgnoreRegionsCatalog
{
    /// <summary>
    /// Marks the patches that are neither trained on nor scored; stands between <c>ExtractPatchFeatures</c> and a trainer. See
    /// <see cref="IgnoreRegionsEstimator"/> for what the other stages make of it.
    /// </summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">Name of the column to add, Vector of Boolean [H, W], true where ignored.</param>
    /// <param name="featureColumnName">Feature grids, Vector of Single [H, W, C].</param>
    /// <param name="maskPathColumnName">The path of a mask of the image's own, Text, used when the data has the column; null: do not look.</param>
    /// <param name="maskPath">An image whose white pixels are ignored on all images; null for none. Read by Fit, and then part of the model.</param>
    /// <param name="roiPath">An image outside of whose white pixels all images are ignored; null for none. Read by Fit, and then part of the model.</param>
    /// <exception cref="DxmiException">Thrown by Fit: a mask cannot be read, or leaves nothing to inspect.</exception>
    public static IgnoreRegionsEstimator IgnoreRegions(this TransformsCatalog catalog, string outputColumnName = "Ignored",
        string featureColumnName = "Features", string? maskPathColumnName = "IgnoreMaskPath", string? maskPath = null, string? roiPath = null)
        => catalog.IgnoreRegions(new IgnoreRegionsEstimator.Options
        {
            MaskPath = maskPath,
            RoiPath = roiPath,
            MaskPathColumnName = maskPathColumnName,
            FeatureColumnName = featureColumnName,
            OutputColumnName = outputColumnName,
        });

    /// <summary>Marks the patches that are neither trained on nor scored, with all settings.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">The settings.</param>
    public static IgnoreRegionsEstimator IgnoreRegions(this TransformsCatalog catalog, IgnoreRegionsEstimator.Options options)
        => new(MlNetBridge.Environment(catalog), options);
}
