using DxmiMlNet.Lab.Pca;
using DxmiMlNet.Persistence;

namespace Microsoft.ML;

/// <summary>Pools patch features for trainers that take one vector an image.</summary>
public static class PatchPoolingCatalog
{
    /// <summary>Pools the features of all patches of an image to one vector: mean and maximum of every channel over the positions.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">Name of the column to add, Vector of Single [2 C]: C means, then C maxima.</param>
    /// <param name="featureColumnName">Feature grids, Vector of Single [H, W, C]; a plain vector of n values is one patch.</param>
    public static PatchPoolingEstimator PoolPatchFeatures(this TransformsCatalog catalog,
        string outputColumnName = "PooledFeatures", string featureColumnName = "Features")
        => catalog.PoolPatchFeatures(new PatchPoolingEstimator.Options { OutputColumnName = outputColumnName, FeatureColumnName = featureColumnName });

    /// <summary>Pools the features of all patches of an image to one vector, with all settings.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">The settings.</param>
    public static PatchPoolingEstimator PoolPatchFeatures(this TransformsCatalog catalog, PatchPoolingEstimator.Options options)
        => new(MlNetBridge.Environment(catalog), options);
}
