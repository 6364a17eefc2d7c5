using DxmiMlNet.Features;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Features.Tiles;

/// <summary>
/// The backbone inside the package sees further than its tiles overlap by default. Stitched features are compared with those of the whole image, on
/// 2 x 2 tiles that share just the overlap; the unit is the mean distance of neighbouring patches.
/// </summary>
[TestClass]
public class TileSeamTests
{
    private const int Tile = 320, Stride = 10;   // of the backbone: tiles begin at multiples of 80 pixels

    private static readonly MLContext s_ml = new(seed: 1);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Patches_differ_no_more_across_a_seam_than_inside_of_tiles(bool textured)
    {
        var stitched = Stitched.Of(textured, PatchFeatureEstimator.DefaultTileOverlap);
        Assert.IsLessThan(1.1, stitched.SeamRatio);
        // What a seam looks like to this test.
        Assert.IsGreaterThan(1.5, Stitched.Of(textured, overlap: 80).SeamRatio);
    }

    [TestMethod]
    [DataRow(160, 1.0, 0.1)]
    [DataRow(240, 0.1, 0.01)]   // the bounds leave room for other weights
    public void Features_come_close_to_those_of_the_whole_image_as_the_overlap_covers_what_a_patch_sees(int overlap, double largest, double mean)
    {
        foreach (bool textured in new[] { true, false })
        {
            var (mostFound, meanFound) = Stitched.Of(textured, overlap).FromWhole();
            Assert.IsLessThan(largest, mostFound);
            Assert.IsLessThan(mean, meanFound);
        }
    }

    /// <summary>The features of a picture whole, and in 2 x 2 tiles.</summary>
    private sealed record Stitched(float[] Whole, float[] Tiles, int Side, int Channels)
    {
        public static Stitched Of(bool textured, int overlap)
        {
            int pixels = 2 * Tile - overlap;
            using var picture = Picture(pixels, textured);
            using var whole = Fit(pixels, 0, overlap);
            using var tiled = Fit(pixels, Tile, overlap);
            return new(whole.Extract([picture]), tiled.Extract([picture]), pixels / Stride, whole.Grid.Channels);
        }

        /// <summary>The mean distance of neighbours across a seam, over that of all others.</summary>
        public double SeamRatio => Neighbours().Where(n => n.AtSeam).Average(n => Distance(Tiles, n.A, Tiles, n.B))
            / Neighbours().Where(n => !n.AtSeam).Average(n => Distance(Tiles, n.A, Tiles, n.B));

        /// <summary>The largest and the mean distance of a patch from that of the whole image, in mean distances of neighbours.</summary>
        public (double Largest, double Mean) FromWhole()
        {
            double unit = Neighbours().Average(n => Distance(Whole, n.A, Whole, n.B));
            var distances = Enumerable.Range(0, Side * Side).Select(i => Distance(Tiles, i, Whole, i) / unit).ToArray();
            return (distances.Max(), distances.Average());
        }

        // The tiles change over in the middle of the picture.
        private IEnumerable<(int A, int B, bool AtSeam)> Neighbours()
        {
            for (int y = 0; y < Side; y++)
                for (int x = 1; x < Side; x++)
                {
                    yield return (y * Side + x - 1, y * Side + x, x == Side / 2);
                    yield return ((x - 1) * Side + y, x * Side + y, x == Side / 2);
                }
        }

        private double Distance(float[] a, int i, float[] b, int j)
        {
            double sum = 0;
            for (int c = 0; c < Channels; c++)
                sum += Math.Abs(a[i * Channels + c] - b[j * Channels + c]);
            return sum / Channels;
        }
    }

    private static PatchFeatureTransformer Fit(int pixels, int tile, int overlap)
        => s_ml.Transforms.ExtractPatchFeatures(new PatchFeatureEstimator.Options
        {
            ImageHeight = pixels,
            ImageWidth = pixels,
            TileSize = tile,
            TileOverlap = overlap,
        }).Fit(s_ml.Data.LoadInspectionImages([]));

    // A brightness that runs smoothly over the part, with or without the grain of a rough surface.
    private static MLImage Picture(int side, bool textured)
    {
        var random = new Random(1);
        var pixels = new byte[4 * side * side];
        for (int i = 0; i < side * side; i++)
        {
            int y = i / side, x = i % side;
            double smooth = 120 + 50 * Math.Sin(x / 70.0) * Math.Cos(y / 90.0);
            double grain = textured ? 25 * Math.Sin(x / 2.3 + Math.Sin(y / 9.0)) + random.Next(-20, 20) : 0;
            pixels.AsSpan(4 * i, 4).Fill((byte)Math.Clamp(smooth + grain, 0, 255));
        }
        return MLImage.CreateFromPixels(side, side, MLPixelFormat.Bgra32, pixels);
    }
}
