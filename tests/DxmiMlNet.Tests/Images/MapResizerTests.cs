using DxmiMlNet.Images;

namespace DxmiMlNet.Tests.Images;

[TestClass]
public class MapResizerTests
{
    // torch.nn.functional.interpolate(torch.tensor([[[0., 1.]]]), size=4, mode="linear", align_corners=False)
    [TestMethod]
    public void Doubling_a_row_uses_half_pixel_centres_and_clamps_at_the_borders()
        => AssertResized([0, 1], 1, 2, [0, 0.25f, 0.75f, 1], 1, 4);

    [TestMethod]
    public void Doubling_both_axes_interpolates_on_both()
        => AssertResized([0, 4, 8, 12], 2, 2,
            [
                0, 1, 3, 4,
                2, 3, 5, 6,
                6, 7, 9, 10,
                8, 9, 11, 12,
            ], 4, 4);

    [TestMethod]
    public void Halving_takes_the_mean_of_the_two_middle_neighbours()
        => AssertResized([1, 3, 5, 9], 1, 4, [2, 7], 1, 2);

    [TestMethod]
    public void Shrinking_to_a_third_takes_the_middle_pixel()
        => AssertResized([9, 1, 9, 9, 2, 9], 6, 1, [1, 2], 2, 1);

    [TestMethod]
    public void The_same_size_is_a_copy()
        => AssertResized([1, 2, 3, 4, 5, 6], 2, 3, [1, 2, 3, 4, 5, 6], 2, 3);

    [TestMethod]
    public void One_patch_fills_the_whole_map_with_its_exact_value()
        => AssertResized([0.1f], 1, 1, [.. Enumerable.Repeat(0.1f, 35)], 5, 7);

    [TestMethod]
    public void A_constant_map_stays_exactly_constant()
        => AssertResized([.. Enumerable.Repeat(0.3f, 6)], 2, 3, [.. Enumerable.Repeat(0.3f, 77)], 7, 11);

    [TestMethod]
    public void Every_value_is_the_four_neighbours_weighted_by_distance()
    {
        const int h = 5, w = 7, H = 13, W = 17;
        var random = new Random(1);
        var source = Enumerable.Range(0, h * w).Select(_ => random.NextSingle()).ToArray();
        var expected = new float[H * W];
        for (int y = 0; y < H; y++)
        {
            for (int x = 0; x < W; x++)
            {
                double sy = Math.Clamp((y + 0.5) * h / H - 0.5, 0, h - 1), sx = Math.Clamp((x + 0.5) * w / W - 0.5, 0, w - 1);
                double sum = 0;
                for (int i = 0; i < h * w; i++)
                    sum += source[i] * Math.Max(0, 1 - Math.Abs(sy - i / w)) * Math.Max(0, 1 - Math.Abs(sx - i % w));
                expected[y * W + x] = (float)sum;
            }
        }
        AssertResized(source, h, w, expected, H, W, 1e-6f);
    }

    [TestMethod]
    public void Sizes_that_do_not_fit_the_buffers_are_an_error()
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => MapResizer.Resize(new float[5], 2, 3, new float[4], 2, 2)).Message, "from 2 x 3 to 2 x 2");

    private static void AssertResized(float[] source, int h, int w, float[] expected, int H, int W, float tolerance = 0)
    {
        var target = new float[H * W];
        MapResizer.Resize(source, h, w, target, H, W);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], target[i], tolerance, $"pixel {i}");
    }
}
