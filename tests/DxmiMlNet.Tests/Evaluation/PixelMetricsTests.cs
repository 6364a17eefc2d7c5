using DxmiMlNet.Evaluation;
using DxmiMlNet.Images;
using DxmiMlNet.Images.Masks;

namespace DxmiMlNet.Tests.Evaluation;

[TestClass]
public class PixelMetricsTests
{
    // One row of 10 normal pixels 0..9 and a defect of 2 pixels: one above all of them, one above six.
    private static readonly float[] s_map = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 20, 5.5f];
    private static readonly bool[] s_mask = [.. Enumerable.Range(0, 12).Select(i => i >= 10)];

    [TestMethod]
    public void Pixel_auroc_is_the_share_of_pixel_pairs_in_the_right_order()
        => Assert.AreEqual((10 + 6) / 20.0, PixelMetrics.AreaUnderRoc([s_map], [s_mask], 1, 12), 1e-12);

    // Overlap is 1/2 from a false-positive rate of 0 on, and 1 from 0.4 on.
    [TestMethod]
    [DataRow(0.3, 0.5)]
    [DataRow(0.4, 0.5)]
    [DataRow(0.8, (0.4 * 0.5 + 0.4 * 1) / 0.8)]
    [DataRow(1.0, 0.4 * 0.5 + 0.6 * 1)]
    public void Aupro_is_the_mean_overlap_up_to_the_limit(double limit, double expected)
        => Assert.AreEqual(expected, PixelMetrics.Aupro([s_map], [s_mask], 1, 12, limit), 1e-12);

    [TestMethod]
    public void A_small_region_counts_as_much_as_a_large_one()
    {
        // The region of one pixel is found before any normal pixel, the region of three never below a rate of 1.
        float[] map = [9, 1, 1, 1, 0, 0, 0];
        bool[] mask = [true, false, false, false, true, true, true];
        Assert.AreEqual(0.5, PixelMetrics.Aupro([map], [mask], 1, 7), 1e-12);
    }

    [TestMethod]
    public void Ties_between_defect_and_normal_pixels_are_interpolated()
    {
        // All equal: one straight line from (0, 0) to (1, 1); its mean height up to 0.3 is 0.15.
        float[] map = new float[8];
        bool[] mask = [true, true, false, false, false, false, false, false];
        Assert.AreEqual(0.15, PixelMetrics.Aupro([map], [mask], 2, 4), 1e-12);
        Assert.AreEqual(0.5, PixelMetrics.AreaUnderRoc([map], [mask], 2, 4), 1e-12);
    }

    [TestMethod]
    public void Pixels_that_touch_at_a_corner_are_one_region()
    {
        // A diagonal of two, of which one is found, and a corner that is found: (1/2 + 1) / 2. As three regions it would be 2/3.
        float[] map = [9, 1, 1, 9, 1, 0, 1, 1, 1, 1, 1, 1];
        bool[] mask = [true, false, false, true, false, true, false, false, false, false, false, false];
        Assert.AreEqual(0.75, PixelMetrics.Aupro([map], [mask], 3, 4), 1e-12);
    }

    [TestMethod]
    public void All_pixels_of_an_image_without_mask_are_normal()
        => Assert.AreEqual(
            PixelMetrics.Aupro([s_map, s_map], [s_mask, new bool[12]], 1, 12),
            PixelMetrics.Aupro([s_map, s_map], [s_mask, null], 1, 12));

    [TestMethod]
    public void Without_defect_or_normal_pixels_both_are_NaN()
    {
        Assert.AreEqual(double.NaN, PixelMetrics.Aupro([s_map], [null], 1, 12));
        Assert.AreEqual(double.NaN, PixelMetrics.AreaUnderRoc([new float[2]], [[true, true]], 1, 2));
        Assert.AreEqual(double.NaN, PixelMetrics.AreaUnderRoc([], [], 1, 2));
    }

    [TestMethod]
    public void A_value_that_is_not_finite_is_named()
        => StringAssert.StartsWith(Assert.ThrowsExactly<ArgumentException>(() => PixelMetrics.AreaUnderRoc([[0, 0, 0, float.NaN]], [null], 2, 2)).Message, "Map 0 has NaN at row 1, column 1.");

    [TestMethod]
    [DataRow(4)]        // nearly every pixel is tied with others
    [DataRow(1000)]
    public void Both_agree_with_one_pass_over_the_pixels_a_threshold(int levels)
    {
        const int h = 9, w = 11;
        var random = new Random(levels);
        for (int round = 0; round < 20; round++)
        {
            var maps = Enumerable.Range(0, 6).Select(_ => Enumerable.Range(0, h * w).Select(_ => random.Next(levels) / 8f).ToArray()).ToArray();
            var masks = Enumerable.Range(0, 6).Select(i => i < 2 ? null : Enumerable.Range(0, h * w).Select(_ => random.Next(6) == 0).ToArray()).ToArray();
            for (int i = 2; i < 6; i++)
                for (int p = 0; p < h * w; p++)
                    maps[i][p] += masks[i]![p] && random.Next(2) == 0 ? levels / 16f : 0;
            var (auroc, aupro) = Naive(maps, masks, h, w, 0.3);
            Assert.AreEqual(auroc, PixelMetrics.AreaUnderRoc(maps, masks, h, w), 1e-6);
            Assert.AreEqual(aupro, PixelMetrics.Aupro(maps, masks, h, w), 1e-6);
        }
    }

    [TestMethod]
    public void Chunks_of_a_large_set_are_counted_together()
    {
        // 2.3 million normal pixels fill three chunks; each defect pixel lies above a known share of the values 0, 1, ..., 99.
        const int side = 480, images = 10;
        var maps = Enumerable.Range(0, images).Select(i => Enumerable.Range(0, side * side).Select(p => (float)((p + i) % 100)).ToArray()).ToList();
        var masks = new bool[]?[images].ToList();
        maps.Add([.. Enumerable.Repeat(89.5f, side * side)]);
        masks.Add([.. Enumerable.Repeat(true, side * side)]);
        Assert.AreEqual(0.9, PixelMetrics.AreaUnderRoc(maps, masks, side, side), 1e-12);
        Assert.AreEqual(0.2 / 0.3, PixelMetrics.Aupro(maps, masks, side, side), 1e-9);   // found from a rate of 0.1 on
    }

    // The definitions, threshold by threshold.
    private static (double Auroc, double Aupro) Naive(float[][] maps, bool[]?[] masks, int h, int w, double limit)
    {
        var normal = new List<float>();
        var regions = new List<List<float>>();
        for (int i = 0; i < maps.Length; i++)
        {
            var labels = new int[h * w];
            int count = masks[i] is null ? 0 : ConnectedComponents.Label(masks[i], h, w, labels);
            normal.AddRange(maps[i].Where((_, p) => labels[p] == 0));
            for (int r = 1; r <= count; r++)
                regions.Add([.. maps[i].Where((_, p) => labels[p] == r)]);
        }
        var defect = regions.SelectMany(r => r).ToList();
        double auroc = 0, aupro = 0, fpr0 = 0, tpr0 = 0, pro0 = 0;
        foreach (float t in maps.SelectMany(m => m).Distinct().OrderDescending())
        {
            double fpr = normal.Count(v => v >= t) / (double)normal.Count;
            double tpr = defect.Count(v => v >= t) / (double)defect.Count;
            double pro = regions.Average(r => r.Count(v => v >= t) / (double)r.Count);
            auroc += (fpr - fpr0) * (tpr + tpr0) / 2;
            if (fpr <= limit)
                aupro += (fpr - fpr0) * (pro + pro0) / 2;
            else if (fpr0 < limit)
                aupro += (limit - fpr0) * (pro0 + pro0 + (pro - pro0) * (limit - fpr0) / (fpr - fpr0)) / 2;
            (fpr0, tpr0, pro0) = (fpr, tpr, pro);
        }
        return (auroc, aupro / limit);
    }
}
