using DxmiMlNet.Features.Regions;
using DxmiMlNet.Images;
using DxmiMlNet.Images.Decoding;

namespace DxmiMlNet;

/// <summary>Decodes every image once before training: a bad one is known in seconds, not after minutes, and the split does not depend on it.</summary>
internal static class UsableImages
{
    /// <param name="items">The images.</param>
    /// <param name="smallestSide">Fewest pixels of a side: one patch.</param>
    /// <param name="mask">What is ignored; null for a model without masks.</param>
    /// <param name="progress">Told after every image.</param>
    /// <param name="cancellation">Stops between two images.</param>
    /// <returns>The images that can be used and those that cannot, both in order, and width and height of the former.</returns>
    public static (InspectionItem[] Usable, IReadOnlyList<BadImage> Failed, (int Width, int Height)[] Sizes) Find(InspectionItem[] items, int smallestSide, PatchMask? mask,
        IProgress<InspectionProgress>? progress, CancellationToken cancellation)
    {
        var errors = new DxmiException?[items.Length];
        var sizes = new (int Width, int Height)[items.Length];
        int done = 0;
        var parallel = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, items.Length, parallel, () => new PixelBuffer(), (i, _, pixels) =>
        {
            errors[i] = Check(items[i], smallestSide, mask, pixels);
            sizes[i] = (pixels.Width, pixels.Height);
            progress?.Report(InspectionProgress.Of("Checking images", Interlocked.Increment(ref done), items.Length));
            return pixels;
        }, _ => { });
        return ([.. items.Where((_, i) => errors[i] is null)],
            [.. items.Zip(errors).Where(pair => pair.Second is not null).Select(pair => new BadImage(pair.First.ImagePath, pair.Second!))],
            [.. sizes.Where((_, i) => errors[i] is null)]);
    }

    /// <summary>Height and width of the images, read from the heads of their files when asked for; those that cannot be read are left out.</summary>
    public static IEnumerable<(int Height, int Width)> Sizes(IEnumerable<InspectionItem> items)
    {
        foreach (var item in items)
        {
            (int, int)? size = null;
            try
            {
                size = EncodedImage.WithFile(item.ImagePath, file => EncodedImage.ReadSize(file, item.ImagePath));
            }
            catch (DxmiException)
            {
                // Find tells of it.
            }
            if (size is { } known)
                yield return known;
        }
    }

    private static DxmiException? Check(InspectionItem item, int smallestSide, PatchMask? mask, PixelBuffer pixels)
    {
        string path = item.ImagePath;
        try
        {
            ImageFile.Decode(path, pixels);
            pixels.Trim();
            mask?.Of(item.IgnoreMaskPath);
        }
        catch (DxmiException e)
        {
            return e;
        }
        return Math.Min(pixels.Width, pixels.Height) >= smallestSide ? null
            : new DxmiException($"Image '{path}' is {pixels.Width} x {pixels.Height} pixels (width x height).",
                $"Both sides should have {smallestSide} pixels or more: one patch.", "Leave it out, or take a larger picture.");
    }
}
