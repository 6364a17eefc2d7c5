using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Images.Decoding;
using Microsoft.ML.Data;
using SkiaSharp;

namespace DxmiMlNet.Tests.Features;

[TestClass]
public class ImagePreprocessorTests
{
    private static readonly BackboneInput s_bytes = new() { Name = "image", ChannelOrder = ChannelOrder.Rgb, Scale = 1, Mean = [0, 0, 0], Std = [1, 1, 1] };

    [TestMethod]
    public void Four_pixels_become_two_by_the_triangle_that_covers_three()
    {
        var weights = new ResampleWeights(4, 2);
        // Centre 1, support 2: 3/4, 3/4 and 1/4 before normalising.
        Assert.AreEqual(0, weights.First(0));
        AssertNear([3 / 7f, 3 / 7f, 1 / 7f], weights.Of(0));
        Assert.AreEqual(1, weights.First(1));
        AssertNear([1 / 7f, 3 / 7f, 3 / 7f], weights.Of(1));
    }

    [TestMethod]
    public void Two_pixels_become_four_with_half_pixel_centres()
    {
        var weights = new ResampleWeights(2, 4);
        AssertNear([1], weights.Of(0));
        AssertNear([0.75f, 0.25f], weights.Of(1));
        AssertNear([0.25f, 0.75f], weights.Of(2));
        AssertNear([1], weights.Of(3));
        Assert.AreEqual(1, weights.First(3));
    }

    [TestMethod]
    public void An_image_of_the_right_size_keeps_its_bytes()
    {
        using var image = TinyBackbone.Noise(1, 7, 5, MLPixelFormat.Rgba32);
        var values = Fill(image, 5, 7, s_bytes);
        for (int i = 0; i < 35; i++)
            for (int c = 0; c < 3; c++)
                Assert.AreEqual(image.Pixels[4 * i + c], values[35 * c + i]);
    }

    [TestMethod]
    [DataRow(40, 30, 16, 16)]
    [DataRow(9, 11, 32, 24)]
    [DataRow(100, 3, 17, 31)]
    [DataRow(1, 1, 4, 5)]
    [DataRow(33, 33, 32, 33)]
    public void Any_size_is_resized_as_the_definition_says(int fromWidth, int fromHeight, int width, int height)
    {
        using var image = TinyBackbone.Noise(2, fromWidth, fromHeight);
        var expected = NaiveFeatures.Resize(image, height, width).Cast<double>().Select(v => (float)v).ToArray();
        AssertNear(expected, Fill(image, height, width, s_bytes), 1e-3f);
    }

    [TestMethod]
    public void Every_channel_is_scaled_shifted_and_divided_by_its_own_numbers()
    {
        using var image = MLImage.CreateFromPixels(1, 1, MLPixelFormat.Rgba32, [10, 20, 30, 255]);
        var input = new BackboneInput { Name = "image", ChannelOrder = ChannelOrder.Rgb, Scale = 0.1, Mean = [1, 2, 3], Std = [0.5, 2, 4] };
        AssertNear([(1 - 1) / 0.5f, (2 - 2) / 2f, (3 - 3) / 4f], Fill(image, 1, 1, input));
        AssertNear([(3 - 1) / 0.5f, (2 - 2) / 2f, (1 - 3) / 4f], Fill(image, 1, 1, input with { ChannelOrder = ChannelOrder.Bgr }));
    }

    [TestMethod]
    public void The_order_of_an_images_bytes_does_not_matter()
    {
        using var rgba = TinyBackbone.Noise(3, 8, 8, MLPixelFormat.Rgba32);
        var swapped = rgba.Pixels.ToArray();
        for (int i = 0; i < swapped.Length; i += 4)
            (swapped[i], swapped[i + 2]) = (swapped[i + 2], swapped[i]);
        using var bgra = MLImage.CreateFromPixels(8, 8, MLPixelFormat.Bgra32, swapped);
        CollectionAssert.AreEqual(Fill(rgba, 6, 6, TinyBackbone.Description.Input), Fill(bgra, 6, 6, TinyBackbone.Description.Input));
    }

    [TestMethod]
    public void A_grey_file_has_three_equal_channels()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(6, 4, SKColorType.Gray8));
        for (int i = 0; i < 24; i++)
            bitmap.SetPixel(i % 6, i / 6, new SKColor((byte)(10 * i), (byte)(10 * i), (byte)(10 * i)));
        using var png = bitmap.Encode(SKEncodedImageFormat.Png, 100).AsStream();
        using var image = MLImage.CreateFromStream(png);
        var values = Fill(image, 4, 6, s_bytes);
        for (int i = 0; i < 24; i++)
            for (int c = 0; c < 3; c++)
                Assert.AreEqual(10 * i, values[24 * c + i]);
    }

    private static float[] Fill(MLImage image, int height, int width, BackboneInput input)
    {
        var preprocessor = new ImagePreprocessor(height, width, input);
        var values = new float[preprocessor.Length];
        preprocessor.Fill(PixelFrame.Of(image), values);
        return values;
    }

    private static void AssertNear(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, float tolerance = 1e-5f)
    {
        Assert.AreEqual(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance, $"at {i}");
    }
}
