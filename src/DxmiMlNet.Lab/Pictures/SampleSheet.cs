using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Images;
using Microsoft.ML.Data;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>Images side by side in one picture.</summary>
internal static class SampleSheet
{
    private const int Columns = 12, Rows = 6, Gap = 2, LeastSide = 64;

    /// <summary>Saves the first images as a PNG, enlarged by whole pixels.</summary>
    /// <param name="images">[N][D], from -1 to 1.</param>
    /// <param name="shape">Shape of an image.</param>
    /// <param name="path">A name that ends in .png.</param>
    public static void Save(float[][] images, ImageShape shape, string path)
    {
        int zoom = Math.Max(1, LeastSide / shape.Width), width = Columns * (zoom * shape.Width + Gap), height = Rows * (zoom * shape.Height + Gap);
        var sheet = new byte[4 * width * height];
        sheet.AsSpan().Fill(255);
        for (int i = 0; i < Math.Min(images.Length, Columns * Rows); i++)
        {
            using var image = CropFeatures.Picture(images[i], shape);
            var pixels = image.Pixels;
            int left = i % Columns * (zoom * shape.Width + Gap), top = i / Columns * (zoom * shape.Height + Gap);
            for (int y = 0; y < zoom * shape.Height; y++)
                for (int x = 0; x < zoom * shape.Width; x++)
                    pixels.Slice((y / zoom * shape.Width + x / zoom) * 4, 4).CopyTo(sheet.AsSpan(((top + y) * width + left + x) * 4));
        }
        using var whole = MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, sheet);
        ImageFile.Save(whole, path);
    }
}
