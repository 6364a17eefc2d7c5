using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Explanation;

/// <summary>Generated photographs.</summary>
internal static class Photographs
{
    /// <summary>A grey ramp.</summary>
    public static MLImage Grey(int height, int width)
    {
        var pixels = new byte[height * width * 4];
        for (int i = 0; i < height * width; i++)
        {
            pixels.AsSpan(i * 4, 3).Fill((byte)(40 + i % width));
            pixels[i * 4 + 3] = 255;
        }
        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);
    }

    /// <summary>One colour everywhere.</summary>
    public static MLImage Plain(int height, int width, byte red, byte green, byte blue)
    {
        var pixels = new byte[height * width * 4];
        for (int i = 0; i < height * width; i++)
            (pixels[i * 4], pixels[i * 4 + 1], pixels[i * 4 + 2], pixels[i * 4 + 3]) = (red, green, blue, 255);
        return MLImage.CreateFromPixels(width, height, MLPixelFormat.Rgba32, pixels);
    }

    /// <summary>Red, green and blue of a pixel.</summary>
    public static (int Red, int Green, int Blue) At(MLImage image, int x, int y)
    {
        var pixel = image.Pixels.Slice((y * image.Width + x) * 4, 4);
        return image.PixelFormat == MLPixelFormat.Rgba32 ? (pixel[0], pixel[1], pixel[2]) : (pixel[2], pixel[1], pixel[0]);
    }
}
