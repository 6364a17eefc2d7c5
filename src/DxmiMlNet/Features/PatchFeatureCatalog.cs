using DxmiMlNet;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Persistence;

namespace Microsoft.ML;

/// <summary>Adds patch features to <c>mlContext.Transforms</c>.</summary>
public static class PatchFeatureCatalog
{
    /// <summary>Describes the patches of an image by the inner tensors of a pretrained network.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="outputColumnName">Name of the column to add, Vector&lt;Single, H, W, C&gt;.</param>
    /// <param name="imageColumnName">Name of the image column.</param>
    /// <param name="backbone">The network; null takes the one inside the package.</param>
    /// <param name="imageSize">
    /// Height and width in pixels that images are resized to: 32 or more, a multiple of the coarsest stride; 0 takes the backbone's default.
    /// </param>
    /// <param name="batchSize">How many images a view reads ahead and computes together, 1 or more; one with tiles.</param>
    /// <param name="tileSize">
    /// Height and width in pixels of overlapping tiles that the resized image is cut into, for large images: 32 or more, a multiple of all strides;
    /// 0 takes the whole image at once.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The image size, the batch size or the tiles are out of range.</exception>
    /// <exception cref="DxmiException">The description is wrong, or none was given and the package has no backbone inside.</exception>
    public static PatchFeatureEstimator ExtractPatchFeatures(this TransformsCatalog catalog, string outputColumnName = "Features",
        string imageColumnName = "Image", BackboneDescription? backbone = null, int imageSize = 0, int batchSize = 8, int tileSize = 0)
        => catalog.ExtractPatchFeatures(new PatchFeatureEstimator.Options
        {
            Backbone = backbone,
            OutputColumnName = outputColumnName,
            ImageColumnName = imageColumnName,
            ImageHeight = imageSize,
            ImageWidth = imageSize,
            BatchSize = batchSize,
            TileSize = tileSize,
        });

    /// <summary>Describes the patches of an image by the inner tensors of a pretrained network, with all settings.</summary>
    /// <param name="catalog">The transforms catalog.</param>
    /// <param name="options">The settings.</param>
    /// <exception cref="ArgumentOutOfRangeException">The image size, the batch size or the tiles are out of range.</exception>
    /// <exception cref="DxmiException">The description is wrong, or none was given and the package has no backbone inside.</exception>
    public static PatchFeatureEstimator ExtractPatchFeatures(this TransformsCatalog catalog, PatchFeatureEstimator.Options options)
        => new(MlNetBridge.Environment(catalog), options);
}
