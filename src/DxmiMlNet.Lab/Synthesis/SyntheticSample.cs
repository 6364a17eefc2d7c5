using Microsoft.ML.Data;
using SkiaSharp;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>One generated photograph with its ground truth.</summary>
/// <param name="Size">Width and height in pixels.</param>
/// <param name="Pixels">Red, green, blue, 0 to 255, as [Size, Size, 3].</param>
/// <param name="Mask">255 where the defect changed the image, 0 elsewhere, as [Size, Size]; all 0 for a good part.</param>
public sealed record SyntheticSample(int Size, byte[] Pixels, byte[] Mask)
{
    /// <summary>The photograph as an ML.NET image in 32-bit BGRA. The caller disposes it.</summary>
    public MLImage ToImage() => MLImage.CreateFromPixels(Size, Size, MLPixelFormat.Bgra32, WithAlpha(red: 2, blue: 0));

    internal SKBitmap ToBitmap() => Bitmap(SKColorType.Rgba8888, WithAlpha(red: 0, blue: 2));

    internal SKBitmap MaskBitmap() => Bitmap(SKColorType.Gray8, Mask);

    private byte[] WithAlpha(int red, int blue)
    {
        var bytes = new byte[Size * Size * 4];
        for (int i = 0; i < Size * Size; i++)
        {
            bytes[4 * i + red] = Pixels[3 * i];
            bytes[4 * i + 1] = Pixels[3 * i + 1];
            bytes[4 * i + blue] = Pixels[3 * i + 2];
            bytes[4 * i + 3] = 255;
        }
        return bytes;
    }

    private SKBitmap Bitmap(SKColorType colorType, byte[] bytes)
    {
        var bitmap = new SKBitmap(new SKImageInfo(Size, Size, colorType, SKAlphaType.Opaque));
        System.Runtime.InteropServices.Marshal.Copy(bytes, 0, bitmap.GetPixels(), bytes.Length);
        return bitmap;
    }
}
