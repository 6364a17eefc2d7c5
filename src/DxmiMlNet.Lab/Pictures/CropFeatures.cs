using DxmiMlNet.Lab.Metrics;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Images.Decoding;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>Compares images with others by the features that the package's own backbone gives them, the mean of each over the image.</summary>
internal sealed class CropFeatures : IDisposable
{
    private const int Batch = 32, Side = 96, GridStride = 8;   // enlarged to that many pixels, whole patches in them: the backbone's strides are 4, 8 and 16

    private readonly ImageShape _shape;
    private readonly PatchFeatureModel _model;
    private readonly Tensor _others;   // [M, C]

    /// <param name="shape">Shape of an image.</param>
    /// <param name="others">What images are compared with, [M][D].</param>
    public CropFeatures(ImageShape shape, float[][] others)
    {
        _shape = shape;
        _model = PatchFeatureModel.Build(BackboneDescription.Embedded with { GridStride = GridStride }, Side, Side, Batch);
        _others = Of(others);
    }

    /// <summary>The distances of images from the others.</summary>
    /// <param name="images">[N][D], from -1 to 1.</param>
    public ImageDistances Compare(float[][] images)
    {
        using var features = Of(images);
        return new ImageDistances(KernelDistance.Between(features, _others), FrechetDistance.Between(features, _others), NeighbourRecall.Of(_others, features));
    }

    /// <summary>The Frechet distance alone.</summary>
    /// <param name="images">[N][D], from -1 to 1.</param>
    public double Frechet(float[][] images)
    {
        using var features = Of(images);
        return FrechetDistance.Between(features, _others);
    }

    public void Dispose()
    {
        _others.Dispose();
        _model.Dispose();
    }

    private Tensor Of(float[][] images)
    {
        int channels = _model.Grid.Channels, positions = _model.Grid.Height * _model.Grid.Width;
        var inputs = new float[Batch * _model.InputLength];
        var grids = new float[Batch * _model.OutputLength];
        var means = new float[images.Length * channels];
        for (int start = 0; start < images.Length; start += Batch)
        {
            int count = Math.Min(Batch, images.Length - start);
            for (int i = 0; i < count; i++)
            {
                using var image = Picture(images[start + i], _shape);
                _model.Preprocess(PixelFrame.Of(image), inputs.AsSpan(i * _model.InputLength, _model.InputLength));
            }
            _model.Run(inputs, count, grids);
            for (int i = 0; i < count * _model.OutputLength; i++)
                means[(start + i / _model.OutputLength) * channels + i % channels] += grids[i] / positions;
        }
        return tensor(means, [images.Length, channels]);
    }

    /// <summary>An image of values from -1 to 1, which the caller disposes; what lies outside is clipped.</summary>
    public static MLImage Picture(float[] values, ImageShape shape)
    {
        int plane = shape.Height * shape.Width;
        var bytes = new byte[4 * plane];
        for (int i = 0; i < plane; i++)
        {
            for (int c = 0; c < 3; c++)
                bytes[4 * i + 2 - c] = (byte)Math.Clamp(MathF.Round((values[Math.Min(c, shape.Channels - 1) * plane + i] + 1) * 127.5f), 0, 255);
            bytes[4 * i + 3] = 255;
        }
        return MLImage.CreateFromPixels(shape.Width, shape.Height, MLPixelFormat.Bgra32, bytes);
    }
}
