using SkiaSharp;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>A decoded photograph: RGB bytes, row by row.</summary>
internal sealed record Photo(byte[] Pixels, int Width, int Height);

/// <summary>
/// The photographs of a distillation, decoded once and kept in memory as bytes; every twentieth, at random, is held out.
/// Large ones are shrunk so that the whole set stays below 2 GB however many there are.
/// </summary>
internal sealed class PhotoSet
{
    private const long MemoryLimit = 2L << 30;
    private const int LargestSide = 512;
    private static readonly string[] s_extensions = [".jpg", ".jpeg", ".png", ".bmp", ".webp"];

    private PhotoSet(Photo[] training, Photo[] heldOut, string[] skipped) => (Training, HeldOut, Skipped) = (training, heldOut, skipped);

    /// <summary>Photographs to learn from, at least one.</summary>
    public Photo[] Training { get; }

    /// <summary>Photographs that only measure, at least one.</summary>
    public Photo[] HeldOut { get; }

    /// <summary>Files that are no readable image, in the order of their names.</summary>
    public string[] Skipped { get; }

    /// <exception cref="DxmiException">A folder is missing, or holds fewer than two readable images.</exception>
    public static PhotoSet Load(IEnumerable<string> folders, int seed, CancellationToken cancellation)
    {
        var files = folders.SelectMany(Files).ToArray();
        double pixels = MemoryLimit / 3.0 / Math.Max(1, files.Length);
        var photos = new Photo?[files.Length];
        Parallel.For(0, files.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = 2 },
            i => photos[i] = Decode(files[i], pixels));
        var skipped = files.Where((_, i) => photos[i] is null).ToArray();
        var readable = photos.OfType<Photo>().ToArray();
        if (readable.Length < 2)
            throw new DxmiException($"{string.Join(", ", folders)} holds {readable.Length} readable images.",
                "At least 2 were expected, and some thousands for a good backbone.", "Name a folder of photographs (jpg, png, bmp or webp).");
        new Random(seed).Shuffle(readable);
        int heldOut = Math.Max(1, readable.Length / 20);
        return new PhotoSet(readable[heldOut..], readable[..heldOut], skipped);
    }

    private static IEnumerable<string> Files(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DxmiException($"The image folder {folder} does not exist.", "A folder of photographs was expected.", "Check the path.");
        // Sorted, so that a seed picks the same held-out images on every machine.
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => s_extensions.Contains(Path.GetExtension(f), StringComparer.OrdinalIgnoreCase))
            .OrderBy(f => Path.GetRelativePath(folder, f).Replace('\\', '/'), StringComparer.Ordinal);
    }

    private static Photo? Decode(string file, double maximumPixels)
    {
        using var decoded = SKBitmap.Decode(file);
        if (decoded is null)
            return null;
        double shrink = Math.Min(1, Math.Min((double)LargestSide / Math.Max(decoded.Width, decoded.Height),
            Math.Sqrt(maximumPixels / ((double)decoded.Width * decoded.Height))));
        var info = new SKImageInfo(
            Math.Max(1, (int)(decoded.Width * shrink)), Math.Max(1, (int)(decoded.Height * shrink)), SKColorType.Rgba8888, SKAlphaType.Opaque);
        using var bitmap = decoded.Resize(info, SKFilterQuality.High);
        var rgba = bitmap.GetPixelSpan();
        var rgb = new byte[info.Width * info.Height * 3];
        for (int i = 0; i < info.Width * info.Height; i++)
            rgba.Slice(i * 4, 3).CopyTo(rgb.AsSpan(i * 3));
        return new Photo(rgb, info.Width, info.Height);
    }
}
