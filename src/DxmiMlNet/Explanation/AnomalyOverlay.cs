using System.Buffers;
using DxmiMlNet.Columns;
using DxmiMlNet.Images;
using DxmiMlNet.Pipeline;
using Microsoft.ML.Data;

namespace DxmiMlNet.Explanation;

/// <summary>Draws an anomaly map over its photograph.</summary>
public static class AnomalyOverlay
{
    private const int Levels = 1024;
    private const int White = 255;
    private const int LinesPerSide = 400;   // an outline is 1/400 of the longer side: visible, and still thin, at any size

    /// <summary>
    /// The photograph in grey, the map upsampled bilinearly and laid over it in <see cref="HeatColors"/>: clear where the part is as good parts
    /// are, the more opaque the further it deviates. Defect regions above the scale's threshold get a white line with a black one around it.
    /// </summary>
    /// <param name="image">The original photograph, Rgba32 or Bgra32; it is not changed.</param>
    /// <param name="map">[mapHeight, mapWidth], row by row, finite.</param>
    /// <param name="mapHeight">Rows of the map.</param>
    /// <param name="mapWidth">Columns of the map.</param>
    /// <param name="scale">What the values mean; a fitted <c>DrawAnomalyMap</c> has one.</param>
    /// <param name="opacity">The greatest opacity of the colour, 0 to 1.</param>
    /// <param name="minimumArea">Regions with fewer pixels of the image get no outline.</param>
    /// <param name="ignored">[mapHeight, mapWidth], true for patches that stay clear; null for none.</param>
    /// <returns>A new image of the photograph's size and pixel format; the caller disposes it.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size does not fit, or a value is outside its range.</exception>
    public static MLImage Draw(MLImage image, ReadOnlySpan<float> map, int mapHeight, int mapWidth, AnomalyScale scale,
        double opacity = 0.5, double minimumArea = 16, bool[]? ignored = null)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(scale);
        scale.Check();
        CheckOpacity(opacity);
        if (image.PixelFormat == MLPixelFormat.Unknown)
            throw new ArgumentOutOfRangeException(nameof(image),
                $"The image has an unknown pixel format of {image.BitsPerPixel} bits. "
                + "Expected Rgba32 or Bgra32. Convert it first.");
        var grid = DefectRegions.Search(map, mapHeight, mapWidth, image.Height, image.Width, scale.Threshold, minimumArea, ignored).Grid;

        int count = image.Height * image.Width;
        var values = ArrayPool<float>.Shared.Rent(count);
        var pixels = ArrayPool<byte>.Shared.Rent(count * 4);
        try
        {
            MapResizer.Resize(map, mapHeight, mapWidth, values.AsSpan(0, count), image.Height, image.Width);
            IgnoredColumn.Fill(ignored, mapHeight, mapWidth, values.AsSpan(0, count), image.Height, image.Width, scale.Low);
            bool redFirst = image.PixelFormat == MLPixelFormat.Rgba32;
            Blend(image.Pixels, values, pixels.AsSpan(0, count * 4), scale, Palette(opacity, scale), redFirst);
            if (grid is not null)
                Outline(grid, pixels, image.Height, image.Width);
            return MLImage.CreateFromPixels(image.Width, image.Height, image.PixelFormat, pixels.AsSpan(0, count * 4));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
            ArrayPool<byte>.Shared.Return(pixels);
        }
    }

    internal static void CheckOpacity(double opacity)
    {
        if (!(opacity >= 0 && opacity <= 1))
            throw new ArgumentOutOfRangeException(nameof(opacity), $"The opacity is {opacity}. Expected 0 (clear) to 1 (opaque). Take for example 0.5.");
    }

    // Each level of the map's values, evenly from Low to High: its colour times its opacity, and what is left of the photograph; both in 1/256.
    private static (int Red, int Green, int Blue, int Photograph)[] Palette(double opacity, AnomalyScale scale)
    {
        var palette = new (int, int, int, int)[Levels];
        for (int level = 0; level < Levels; level++)
        {
            double position = scale.Position((float)(scale.Low + (scale.High - (double)scale.Low) * level / (Levels - 1)));
            var (red, green, blue) = HeatColors.At(position);
            int cover = (int)Math.Round(256 * opacity * HeatColors.Coverage(position));
            palette[level] = (red * cover, green * cover, blue * cover, 256 - cover);
        }
        return palette;
    }

    private static void Blend(ReadOnlySpan<byte> photograph, float[] values, Span<byte> pixels, AnomalyScale scale,
        (int Red, int Green, int Blue, int Photograph)[] palette, bool redFirst)
    {
        int red = redFirst ? 0 : 2, blue = 2 - red;
        float perLevel = (Levels - 1) / (scale.High - scale.Low);
        for (int i = 0, at = 0; at < pixels.Length; i++, at += 4)
        {
            // Luma of ITU-R BT.601, in thousandths; a grey pixel stays exactly as it is.
            int grey = (299 * photograph[at + red] + 587 * photograph[at + 1] + 114 * photograph[at + blue] + 500) / 1000;
            int level = (int)Math.Clamp((values[i] - scale.Low) * perLevel, 0, Levels - 1);
            var colour = palette[level];
            pixels[at + red] = (byte)((colour.Red + grey * colour.Photograph + 128) >> 8);
            pixels[at + 1] = (byte)((colour.Green + grey * colour.Photograph + 128) >> 8);
            pixels[at + blue] = (byte)((colour.Blue + grey * colour.Photograph + 128) >> 8);
            pixels[at + 3] = 255;
        }
    }

    // The lines lie outside the region, so that even a small one stays visible inside them.
    private static void Outline(RegionGrid grid, byte[] pixels, int height, int width)
    {
        int line = Math.Max(1, (int)Math.Round(Math.Max(grid.Height, grid.Width) / (double)LinesPerSide));
        var distances = grid.Distances((byte)(2 * line + 1));
        var columns = new int[width];   // the grid's column under each pixel
        for (int x = 0; x < width; x++)
            columns[x] = (int)((long)x * grid.Width / width);
        for (int y = 0; y < height; y++)
        {
            int row = (int)((long)y * grid.Height / height) * grid.Width;
            for (int x = 0; x < width; x++)
            {
                int distance = distances[row + columns[x]];
                if (distance == 0 || distance > 2 * line)
                    continue;
                byte shade = (byte)(distance <= line ? White : 0);
                pixels.AsSpan((y * width + x) * 4, 3).Fill(shade);
            }
        }
    }
}
