using DxmiMlNet.Explanation;
using Microsoft.ML.Data;
using SkiaSharp;

namespace DxmiMlNet.Reports;

/// <summary>What the report shows of a chosen image.</summary>
/// <param name="Path">The image's file, as in <see cref="ReportImage.Path"/>.</param>
/// <param name="Original">The photograph, encoded as PNG or JPEG.</param>
/// <param name="Overlay">The anomaly map drawn over it, encoded as PNG or JPEG.</param>
/// <param name="Width">Width of the original image in pixels; regions are in these pixels.</param>
/// <param name="Height">Height of the original image in pixels.</param>
/// <param name="Regions">The defect regions, the greatest peak first.</param>
public sealed record ReportPicture(string Path, byte[] Original, byte[] Overlay, int Width, int Height, IReadOnlyList<DefectRegion> Regions)
{
    private const int JpegQuality = 88;

    /// <summary>Encodes a photograph and its overlay for the report. Neither image is kept or disposed.</summary>
    /// <param name="path">The image's file, as in <see cref="ReportImage.Path"/>.</param>
    /// <param name="original">The photograph.</param>
    /// <param name="overlay">The anomaly map drawn over it (<see cref="AnomalyOverlay.Draw"/>).</param>
    /// <param name="regions">The defect regions, the greatest peak first.</param>
    /// <param name="longestSide">Larger images are shrunk to this many pixels; 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The side is not positive, or an image's pixel format is unknown.</exception>
    public static ReportPicture Encode(string path, MLImage original, MLImage overlay, IReadOnlyList<DefectRegion> regions, int longestSide = 640)
    {
        return new ReportPicture(path, Encode(original, longestSide), Encode(overlay, longestSide), original.Width, original.Height, regions);
    }

    /// <summary>An encoded image as a link that carries it.</summary>
    internal static string ToDataUri(byte[] encoded)
        => encoded switch
        {
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "data:image/png;base64," + Convert.ToBase64String(encoded),
            [0xFF, 0xD8, 0xFF, ..] => "data:image/jpeg;base64," + Convert.ToBase64String(encoded),
            _ => throw new DxmiException("A picture of the report is neither PNG nor JPEG.", "A browser should be able to show it.", "Encode it with ReportPicture.Encode."),
        };

    /// <summary>An image as JPEG, shrunk where a side is longer.</summary>
    internal static byte[] Encode(MLImage image, int longestSide)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (longestSide < 1)
            throw new ArgumentOutOfRangeException(nameof(longestSide),
                $"The longest side is {longestSide}. Expected 1 pixel or more. Take for example 640.");
        var colorType = image.PixelFormat switch
        {
            MLPixelFormat.Rgba32 => SKColorType.Rgba8888,
            MLPixelFormat.Bgra32 => SKColorType.Bgra8888,
            _ => throw new ArgumentOutOfRangeException(nameof(image),
                $"The image has an unknown pixel format of {image.BitsPerPixel} bits. Expected Rgba32 or Bgra32. Convert it first."),
        };
        double shrink = Math.Min(1, longestSide / (double)Math.Max(image.Width, image.Height));
        using var full = SKImage.FromPixelCopy(new SKImageInfo(image.Width, image.Height, colorType, SKAlphaType.Opaque), image.Pixels);
        using var small = new SKBitmap(new SKImageInfo(
            Math.Max(1, (int)Math.Round(image.Width * shrink)), Math.Max(1, (int)Math.Round(image.Height * shrink)), colorType, SKAlphaType.Opaque));
        using var pixels = small.PeekPixels();
        full.ScalePixels(pixels, SKFilterQuality.Medium);   // medium averages when it shrinks
        using var data = pixels.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        return data.ToArray();
    }
}
