using System.Security.Cryptography;
using DxmiMlNet.Lab.Synthesis;

namespace DxmiMlNet.Lab.Tests.Synthesis;

[TestClass]
public class SyntheticTextureTests
{
    private const int Size = 96;

    private static IEnumerable<string> Kinds => SyntheticTexture.Kinds;

    [TestMethod]
    // Arithmetic without the C library: these hashes hold on every processor. They change with the generator, and data/ with them.
    [DataRow("brushed-metal", "scratch", "2F262FA0DC7C5995")]
    [DataRow("woven-fabric", "hole", "85EA386050AEA0C5")]
    [DataRow("printed-board", "misplaced_part", "CC5E4549DA6E5574")]
    [DataRow("cast-surface", "crack", "20958C96FBC04C9B")]
    public void A_seed_gives_the_same_bytes_on_every_machine(string kind, string defect, string hash)
    {
        var sample = SyntheticTexture.RenderSample(kind, seed: 7, Size, index: 3, defect);
        Assert.AreEqual(hash, Convert.ToHexString(SHA256.HashData([.. sample.Pixels, .. sample.Mask]))[..16]);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Images_do_not_depend_on_threads_or_order(string kind)
    {
        var inOrder = Enumerable.Range(0, 4).Select(i => SyntheticTexture.RenderSample(kind, 1, Size, i).Pixels).ToArray();
        var parallel = new byte[4][];
        Parallel.For(0, 4, i => parallel[3 - i] = SyntheticTexture.RenderSample(kind, 1, Size, 3 - i).Pixels);
        for (int i = 0; i < 4; i++)
            CollectionAssert.AreEqual(inOrder[i], parallel[i]);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Parts_of_one_line_and_products_of_two_seeds_differ(string kind)
    {
        var first = SyntheticTexture.RenderSample(kind, 1, Size).Pixels;
        CollectionAssert.AreNotEqual(first, SyntheticTexture.RenderSample(kind, 1, Size, index: 1).Pixels);
        CollectionAssert.AreNotEqual(first, SyntheticTexture.RenderSample(kind, 2, Size).Pixels);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Photographs_are_neither_black_nor_blown_out(string kind)
    {
        for (int i = 0; i < 5; i++)
        {
            var pixels = SyntheticTexture.RenderSample(kind, 1, Size, i).Pixels;
            double mean = pixels.Average(p => p);
            Assert.IsTrue(mean is > 50 and < 210, $"mean grey level {mean}");
            Assert.IsLessThan(0.02, pixels.Count(p => p is 0 or 255) / (double)pixels.Length);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void Every_defect_shows_and_has_a_mask_of_its_own_size(string kind)
    {
        Assert.DoesNotContain((byte)255, SyntheticTexture.RenderSample(kind, 1, Size).Mask);
        foreach (string defect in SyntheticTexture.DefectsOf(kind))
            for (int i = 0; i < 6; i++)
            {
                var mask = SyntheticTexture.RenderSample(kind, 1, Size, i, defect).Mask;
                double area = mask.Count(m => m == 255) / (double)mask.Length;
                Assert.IsTrue(area is > 0.0004 and < 0.25, $"{defect} {i}: {area:P2} of the image");
                Assert.IsTrue(mask.All(m => m is 0 or 255));
            }
    }

    [TestMethod]
    public void The_smallest_and_a_large_image_show_the_same_scene()
    {
        var small = SyntheticTexture.RenderSample("printed-board", 1, 32).Pixels;
        var large = SyntheticTexture.RenderSample("printed-board", 1, 256).Pixels;
        // The mean of 8 x 8 pixels of the large one.
        double difference = 0;
        for (int y = 0; y < 32; y++)
            for (int x = 0; x < 32; x++)
            {
                double mean = 0;
                for (int k = 0; k < 64; k++)
                    mean += large[((y * 8 + k / 8) * 256 + x * 8 + k % 8) * 3 + 1] / 64.0;
                difference += Math.Abs(mean - small[(y * 32 + x) * 3 + 1]) / 1024;
            }
        Assert.IsLessThan(15, difference);
    }

    [TestMethod]
    public void Render_gives_an_image_of_the_asked_size()
    {
        using var image = SyntheticTexture.Render("woven-fabric", seed: 1, size: 64);
        Assert.AreEqual((64, 64), (image.Width, image.Height));
        var sample = SyntheticTexture.RenderSample("woven-fabric", 1, 64);
        Assert.AreEqual(sample.Pixels[0], image.Pixels[2], "red comes third in BGRA");
    }

    [TestMethod]
    public void Unknown_kinds_and_defects_are_refused_with_the_list_of_known_ones()
    {
        var kind = Assert.ThrowsExactly<DxmiException>(() => SyntheticTexture.Render("velvet", 1));
        StringAssert.Contains(kind.Message, "'velvet'. The kinds are brushed-metal, woven-fabric");
        var defect = Assert.ThrowsExactly<DxmiException>(() => SyntheticTexture.RenderSample("brushed-metal", 1, defect: "hole"));
        StringAssert.Contains(defect.Message, "It has scratch, dent, stain.");
        var size = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SyntheticTexture.Render("brushed-metal", 1, size: 8));
        StringAssert.Contains(size.Message, "The image size is 8. It must be from 32 to 4096 pixels.");
    }
}
