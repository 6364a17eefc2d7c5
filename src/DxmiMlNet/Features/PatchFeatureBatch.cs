using System.Numerics.Tensors;
using DxmiMlNet.Features.Tiles;
using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Images;
using Microsoft.ML.Data;

namespace DxmiMlNet.Features;

/// <summary>Tensors of some images.</summary>
/// <param name="model">What computes the features.</param>
/// <param name="capacity">Number of images.</param>
internal sealed class PatchFeatureBatch(PatchFeatureModel model, int capacity)
{
    private readonly float[] _inputs = new float[capacity * model.InputLength];       // [capacity, 3, height, width]
    private readonly float[] _features = new float[capacity * model.OutputLength];    // [capacity, H, W, C]
    private readonly PatchFeatureTiles? _tiles = model.Tiles is { } tiles
        ? new PatchFeatureTiles(tiles, model.Grid.Channels, (tile, patches) => model.Run(tile, 1, patches))
        : null;

    public int Capacity => capacity;

    /// <exception cref="DxmiException">There is no image, its pixels are in no format of 32 bits, or it is smaller than a patch.</exception>
    public void Read(int slot, MLImage? image)
        => Read(slot, PixelFrame.Of(image ?? throw new DxmiException("A row has no image.", "Every row was expected to hold one.", "Leave the row out, or load its image again.")));

    /// <exception cref="DxmiException">The image is smaller than a patch.</exception>
    public void Read(int slot, PixelFrame image) => model.Preprocess(image, _inputs.AsSpan(slot * model.InputLength, model.InputLength));

    public void Compute(int count)
    {
        if (_tiles is null)
            model.Run(_inputs, count, _features);
        else
            for (int slot = 0; slot < count; slot++)
                _tiles.Run(_inputs.AsSpan(slot * model.InputLength, model.InputLength), _features.AsSpan(slot * model.OutputLength, model.OutputLength));
    }

    /// <exception cref="DxmiException">They are no finite numbers.</exception>
    public ReadOnlySpan<float> Features(int slot)
    {
        var features = _features.AsSpan(slot * model.OutputLength, model.OutputLength);
        // One pass for NaN and infinity alike: a single one makes the sum not finite.
        if (!float.IsFinite(TensorPrimitives.SumOfMagnitudes<float>(features)))
            throw model.NotFinite();
        return features;
    }
}
