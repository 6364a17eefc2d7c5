using DxmiMlNet.Images;
using Microsoft.ML.Data;
using SkiaSharp;

namespace DxmiMlNet;

/// <summary>Makes the few small images whose scores a model's file remembers.</summary>
internal static class ReferenceImages
{
    private const int Count = 3, LongestSide = 256, LeastSide = 64;   // pixels; a side must hold a patch

    /// <summary>The first images, made small, with the scores of a model, whose sessions are closed then.</summary>
    public static InspectionReference[] Of(InspectionModel model, IEnumerable<InspectionItem> items)
    {
        var references = items.Take(Count).Select(item =>
        {
            byte[] png = Small(item.ImagePath);
            return new InspectionReference(png, model.Inspect(InspectionSource.Encoded(png, item.ImagePath)).Score);
        }).ToArray();
        model.Close();
        return references;
    }

    private static unsafe byte[] Small(string path)
    {
        using var image = ImageFile.Load(path);
        double shrink = Math.Max(LongestSide / (double)Math.Max(image.Width, image.Height), LeastSide / (double)Math.Min(image.Width, image.Height));
        shrink = Math.Min(1, shrink);
        var size = new SKImageInfo(Math.Max(1, (int)Math.Round(image.Width * shrink)), Math.Max(1, (int)Math.Round(image.Height * shrink)), SKColorType.Bgra8888, SKAlphaType.Opaque);
        using var small = new SKBitmap(size);
        fixed (byte* pixels = image.Pixels)
        {
            using var map = new SKPixmap(new SKImageInfo(image.Width, image.Height, SKColorType.Bgra8888, SKAlphaType.Opaque), (nint)pixels);
            using var target = small.PeekPixels();
            map.ScalePixels(target, SKFilterQuality.Medium);
        }
        using var data = small.Encode(SKEncodedImageFormat.Png, quality: 100);
        return data.ToArray();
    }
}
