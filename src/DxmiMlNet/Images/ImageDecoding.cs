namespace DxmiMlNet.Images;

/// <summary>What decoding images may take, for the whole process.</summary>
public static class ImageDecoding
{
    /// <summary>The longest side that is read, in pixels, whatever the limits: libpng's.</summary>
    internal const int LongestSide = 1_000_000;

    private const long MostPixels = 500_000_000;   // of one array of 4 bytes a pixel
    private static long s_maximumPixels = 100_000_000;
    private static long s_maximumBytesInFlight = DefaultBytesInFlight();

    /// <summary>
    /// The largest image that is read, in pixels: 1 to 500 million, 100 million if not set. A file's header is held against it before memory is taken:
    /// an image of a few hundred kilobytes may claim gigabytes.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside of its range.</exception>
    public static long MaximumPixels
    {
        get => Volatile.Read(ref s_maximumPixels);
        set
        {
            if (value is < 1 or > MostPixels)
                throw new ArgumentOutOfRangeException(nameof(value), $"The largest image was set to {value} pixels. Expected 1 to {MostPixels}. Set a value in this range.");
            Volatile.Write(ref s_maximumPixels, value);
        }
    }

    /// <summary>
    /// How many bytes the pixels of all images that are being decoded or inspected at a moment may take together, and their files once more; other
    /// images wait for their turn. One image goes on however large it is. If not set, a quarter of the memory that the process may use, at most 1 GiB.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public static long MaximumBytesInFlight
    {
        get => Volatile.Read(ref s_maximumBytesInFlight);
        set
        {
            if (value < 1)
                throw new ArgumentOutOfRangeException(nameof(value), $"The memory of images in flight was set to {value} bytes. Expected at least 1. Set a positive value.");
            Volatile.Write(ref s_maximumBytesInFlight, value);
        }
    }

    /// <summary>The largest file that is read: twice the pixels at 32 bits each, and room for what else is in it.</summary>
    internal static long MaximumFileBytes => Math.Min(MaximumPixels * 8 + (1 << 20), Array.MaxLength);

    private static long DefaultBytesInFlight() => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 4, 1, 1L << 30);
}
