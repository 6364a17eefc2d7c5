using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Images;
using DxmiMlNet.Images.Decoding;
using DxmiMlNet.Lab.Synthesis;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>Crops to learn from and crops held out, of good parts: rows of D values from -1 to 1.</summary>
/// <param name="Name">Where they are from.</param>
/// <param name="Shape">Shape of a crop.</param>
/// <param name="Train">[N][D].</param>
/// <param name="HeldOut">[M][D], of other parts.</param>
internal sealed record CropSet(string Name, ImageShape Shape, float[][] Train, float[][] HeldOut)
{
    private const int TrainCrops = 6000, Textures = 120, HeldOutTextures = 40, TextureSize = 256;
    private const double LeastContrast = 1;    // in grey levels: a crop of less is flat
    private const double Deviation = 0.35;   // of a crop's values: few are clipped

    /// <summary>Of photographs: good ones of the training split to learn from, of the test split held out.</summary>
    /// <param name="folder">A data set.</param>
    /// <param name="shape">Shape of a crop.</param>
    /// <param name="shrink">How many pixels of a photograph, along a side, become one.</param>
    /// <param name="heldOut">Number of held-out crops.</param>
    public static CropSet OfPhotographs(string folder, ImageShape shape, int shrink, int heldOut)
    {
        var items = InspectionDataset.Read(folder).Where(item => !item.IsAnomalous).ToArray();
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        return Of(name, shape, shrink, heldOut, Sources(InspectionSplit.Train), Sources(InspectionSplit.Test));

        Action<PixelBuffer>[] Sources(InspectionSplit split) => [.. items.Where(item => item.Split == split).Select(item => (Action<PixelBuffer>)(pixels => ImageFile.Decode(item.ImagePath, pixels)))];
    }

    /// <summary>Of generated textures.</summary>
    /// <param name="kind">One of <see cref="SyntheticTexture.Kinds"/>.</param>
    /// <param name="shape">Shape of a crop.</param>
    /// <param name="shrink">How many pixels of a texture, along a side, become one.</param>
    /// <param name="heldOut">Number of held-out crops.</param>
    public static CropSet OfTextures(string kind, ImageShape shape, int shrink, int heldOut)
    {
        return Of(kind, shape, shrink, heldOut, Sources("train/good", Textures), Sources("test/good", HeldOutTextures));

        Action<PixelBuffer>[] Sources(string place, int count) => [.. Enumerable.Range(0, count).Select(index => (Action<PixelBuffer>)(pixels =>
        {
            var sample = SyntheticTexture.Shoot(SyntheticTexture.Find(kind), 1, TextureSize, place, index, null);
            pixels.Resize(sample.Size, sample.Size);
            var bytes = pixels.Bytes;
            for (int i = 0; i < sample.Size * sample.Size; i++)
                (bytes[4 * i], bytes[4 * i + 1], bytes[4 * i + 2]) = (sample.Pixels[3 * i + 2], sample.Pixels[3 * i + 1], sample.Pixels[3 * i]);
        }))];
    }

    /// <summary>Tells this data from other data.</summary>
    public string Fingerprint => Convert.ToHexString(SHA256.HashData([.. Train.Concat(HeldOut).SelectMany(crop => SHA256.HashData(MemoryMarshal.AsBytes(crop.AsSpan())))]))[..16];

    private static CropSet Of(string name, ImageShape shape, int shrink, int heldOut, Action<PixelBuffer>[] train, Action<PixelBuffer>[] test)
    {
        var learned = Crops(train, TrainCrops, 1);
        var held = Crops(test, heldOut, 2);
        if (learned.Length < 2 || held.Length < 2)
            throw new DxmiException($"The data '{name}' has {learned.Length} crops to learn from and {held.Length} held out.",
                $"Good photographs for training and for testing, of {shape.Width * shrink} x {shape.Height * shrink} pixels or more, were expected.",
                "Choose other data, a smaller --size, or a smaller --shrink.");
        foreach (var crop in learned.Concat(held))
            RemoveExposure(crop);
        return new CropSet(name, shape, learned, held);

        float[][] Crops(Action<PixelBuffer>[] sources, int count, int draws)
        {
            if (sources.Length == 0)
                return [];
            var crops = new float[sources.Length][][];
            int each = (count + sources.Length - 1) / sources.Length;
            Parallel.For(0, sources.Length, () => new PixelBuffer(), (i, _, pixels) =>
            {
                sources[i](pixels);
                crops[i] = Cut(pixels, shape, shrink, each, new Random(draws * 1_000_003 + i));
                return pixels;
            }, _ => { });
            // The first crop of every part, then the second: what is cut off at the end is spread over the parts.
            return [.. Enumerable.Range(0, each).SelectMany(k => crops.Where(c => k < c.Length).Select(c => c[k])).Take(count)];
        }
    }

    // Each crop's own mean and contrast are removed: what is left is the texture, whatever the exposure and the lighting.
    private static void RemoveExposure(float[] crop)
    {
        double mean = crop.Average(), deviation = Math.Sqrt(crop.Average(v => (v - mean) * (v - mean)));
        for (int i = 0; i < crop.Length; i++)
            crop[i] = (float)Math.Clamp((crop[i] - mean) / Math.Max(deviation, LeastContrast) * Deviation, -1, 1);
    }

    private static float[][] Cut(PixelBuffer pixels, ImageShape shape, int shrink, int count, Random random)
    {
        int height = pixels.Height / shrink, width = pixels.Width / shrink;
        if (height < shape.Height || width < shape.Width)
            return [];
        var planes = Shrink(pixels, shape.Channels, shrink, height, width);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            int top = random.Next(height - shape.Height + 1), left = random.Next(width - shape.Width + 1);
            var crop = new float[shape.Dimension];
            for (int c = 0, at = 0; c < shape.Channels; c++)
                for (int y = 0; y < shape.Height; y++, at += shape.Width)
                    planes[c].AsSpan((top + y) * width + left, shape.Width).CopyTo(crop.AsSpan(at));
            return crop;
        })];
    }

    // Means over shrink x shrink pixels; one plane of luma (Rec. 601), or three of red, green, blue.
    private static float[][] Shrink(PixelBuffer pixels, int channels, int shrink, int height, int width)
    {
        var bytes = pixels.Bytes;
        var planes = Enumerable.Range(0, channels).Select(_ => new float[height * width]).ToArray();
        for (int y = 0; y < height * shrink; y++)
        {
            for (int x = 0; x < width * shrink; x++)
            {
                var pixel = bytes.Slice((y * pixels.Width + x) * 4, 3);
                int at = y / shrink * width + x / shrink;
                if (channels == 1)
                    planes[0][at] += (0.299f * pixel[2] + 0.587f * pixel[1] + 0.114f * pixel[0]) / (shrink * shrink);
                else
                    for (int c = 0; c < channels; c++)
                        planes[c][at] += (float)pixel[2 - c] / (shrink * shrink);
            }
        }
        return planes;
    }
}
