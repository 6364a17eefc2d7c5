using DxmiMlNet.Images;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.ML.Data;
using SkiaSharp;

namespace DxmiMlNet.Line;

/// <summary>A picture of a part as it is answered.</summary>
internal sealed record PartPicture(byte[] File, string MediaType)
{
    /// <summary>A photograph as it was sent.</summary>
    public static PartPicture Of(byte[] file) => new(file, file switch
    {
        [0x89, ..] => "image/png",
        [0xFF, ..] => "image/jpeg",
        [(byte)'B', ..] => "image/bmp",
        _ => "image/tiff",
    });

    /// <summary>What the name of a file with these bytes ends with.</summary>
    public static string ExtensionOf(byte[] file) => Of(file).MediaType switch
    {
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "image/bmp" => ".bmp",
        _ => ".tif",
    };
}

/// <summary>
/// Pictures of parts in the size in which pages show them. A heat map is drawn when it is asked for, two at a time, so that pages never take all of the line's processors; small ones are
/// remembered, so that many pages cost no more than one.
/// </summary>
internal sealed class PictureStore(Replay replay, ImageStore images) : IDisposable
{
    public const int LeastWidth = 32, MostWidth = 2048;
    private const int JpegQuality = 85;
    private const long Remembered = 32 << 20;   // bytes

    private readonly SemaphoreSlim _drawing = new(2);
    private readonly MemoryCache _cache = new(new MemoryCacheOptions { SizeLimit = Remembered });

    /// <summary>The photograph with the heat map over it: PNG in full size, JPEG where a width is named.</summary>
    /// <exception cref="DxmiException">The part is unknown, was not looked at by a model, or its image is gone or changed.</exception>
    public Task<PartPicture> OverlayAsync(string partId, int? width, CancellationToken cancellation)
        => DrawnAsync(("overlay", partId, width), () => replay.OverlayAsync(partId, overlay => width is { } w ? Small(overlay, w) : Full(overlay), cancellation), cancellation);

    /// <summary>The photograph: the file itself, or a JPEG so wide.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    /// <exception cref="DxmiException">It is damaged.</exception>
    public Task<PartPicture> PhotographAsync(Part part, int? width, CancellationToken cancellation) => width is not { } w
        ? Task.FromResult(PartPicture.Of(images.Read(part.Image)))
        : DrawnAsync(("image", part.PartId, width), () =>
        {
            using var image = ImageFile.Load(images.Read(part.Image), part.PartId);
            return Task.FromResult(Small(image, w));
        }, cancellation);

    private async Task<PartPicture> DrawnAsync((string, string, int?) key, Func<Task<PartPicture>> draw, CancellationToken cancellation)
    {
        if (_cache.TryGetValue(key, out PartPicture? known))
            return known!;
        await _drawing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_cache.TryGetValue(key, out known))
                return known!;
            var picture = await Task.Run(draw, cancellation).ConfigureAwait(false);
            if (key.Item3 is not null)
                _cache.Set(key, picture, new MemoryCacheEntryOptions { Size = picture.File.Length, SlidingExpiration = TimeSpan.FromMinutes(10) });
            return picture;
        }
        finally
        {
            _drawing.Release();
        }
    }

    private static PartPicture Full(MLImage image)
    {
        using var stream = new MemoryStream();
        ImageFile.SavePng(image, stream);
        return new PartPicture(stream.ToArray(), "image/png");
    }

    private static PartPicture Small(MLImage image, int width)
    {
        width = Math.Min(width, image.Width);
        int height = Math.Max(1, (int)Math.Round((double)image.Height * width / image.Width));
        using var pixels = SKData.CreateCopy(image.Pixels);
        using var full = SKImage.FromPixels(new SKImageInfo(image.Width, image.Height, SKColorType.Bgra8888, SKAlphaType.Opaque), pixels, 4 * image.Width);
        using var small = new SKBitmap(new SKImageInfo(width, height, SKColorType.Bgra8888, SKAlphaType.Opaque));
        using (var target = small.PeekPixels())
            full.ScalePixels(target, SKFilterQuality.Medium);
        using var encoded = small.Encode(SKEncodedImageFormat.Jpeg, JpegQuality);
        return new PartPicture(encoded.ToArray(), "image/jpeg");
    }

    public void Dispose()
    {
        _cache.Dispose();
        _drawing.Dispose();
    }
}
