using DxmiMlNet.Explanation;

namespace DxmiMlNet.Tests.Explanation;

[TestClass]
public class AnomalyOverlayTests
{
    // Good parts go up to 1, the scale ends at 3.
    private static readonly AnomalyScale s_scale = new(Low: 0, High: 32, Threshold: 1.2f);

    [TestMethod]
    public void The_overlay_has_the_size_and_format_of_the_photograph()
    {
        using var photograph = Photographs.Grey(30, 50);
        using var overlay = AnomalyOverlay.Draw(photograph, new float[6], 2, 3, s_scale);
        Assert.AreEqual((50, 30, photograph.PixelFormat), (overlay.Width, overlay.Height, overlay.PixelFormat));
    }

    [TestMethod]
    public void What_good_parts_reach_leaves_a_grey_photograph_as_it_is()
    {
        using var photograph = Photographs.Grey(32, 32);
        using var overlay = AnomalyOverlay.Draw(photograph, [0, 0.5f, 0.9f, 1], 2, 2, s_scale);
        Assert.IsTrue(overlay.Pixels.SequenceEqual(photograph.Pixels));
    }

    [TestMethod]
    public void A_coloured_photograph_becomes_grey_where_it_is_normal()
    {
        using var photograph = Photographs.Plain(8, 8, red: 200, green: 100, blue: 50);
        using var overlay = AnomalyOverlay.Draw(photograph, [0], 1, 1, s_scale);
        Assert.AreEqual((124, 124, 124), Photographs.At(overlay, 3, 3));   // 0.299 * 200 + 0.587 * 100 + 0.114 * 50 = 124.2
    }

    [TestMethod]
    public void Colour_covers_more_the_further_a_place_deviates()
    {
        using var photograph = Photographs.Plain(1, 4, 128, 128, 128);
        using var overlay = AnomalyOverlay.Draw(photograph, [1, 2, 4, 32], 1, 4, s_scale with { Threshold = float.PositiveInfinity }, opacity: 1);
        var tints = Enumerable.Range(0, 4).Select(x => Photographs.At(overlay, x, 0)).ToArray();
        Assert.AreEqual((128, 128, 128), tints[0]);
        Assert.AreEqual(HeatColors.At(1), ((byte)tints[3].Red, (byte)tints[3].Green, (byte)tints[3].Blue));
        for (int i = 1; i < 4; i++)
            Assert.IsGreaterThan(tints[i - 1].Red - tints[i - 1].Blue, tints[i].Red - tints[i].Blue);
    }

    [TestMethod]
    public void The_same_value_has_the_same_colour_on_every_image()
    {
        using var photograph = Photographs.Plain(1, 2, 128, 128, 128);
        using var one = AnomalyOverlay.Draw(photograph, [2.5f, 0], 1, 2, s_scale, minimumArea: 100);
        using var other = AnomalyOverlay.Draw(photograph, [2.5f, 90], 1, 2, s_scale, minimumArea: 100);
        Assert.AreEqual(Photographs.At(one, 0, 0), Photographs.At(other, 0, 0));
    }

    [TestMethod]
    public void A_defect_region_has_a_white_line_and_a_black_one_around_it()
    {
        using var photograph = Photographs.Plain(16, 16, 128, 128, 128);
        var map = new float[256];
        for (int y = 6; y < 10; y++)
            map.AsSpan(y * 16 + 6, 4).Fill(2);
        using var overlay = AnomalyOverlay.Draw(photograph, map, 16, 16, s_scale);
        Assert.AreNotEqual((255, 255, 255), Photographs.At(overlay, 6, 6));
        Assert.AreEqual((255, 255, 255), Photographs.At(overlay, 5, 5));
        Assert.AreEqual((0, 0, 0), Photographs.At(overlay, 4, 4));
        Assert.AreEqual((128, 128, 128), Photographs.At(overlay, 3, 3));

        using var small = AnomalyOverlay.Draw(photograph, map, 16, 16, s_scale, minimumArea: 17);
        Assert.AreEqual((128, 128, 128), Photographs.At(small, 5, 5));
    }

    [TestMethod]
    public void The_photograph_itself_is_not_changed()
    {
        using var photograph = Photographs.Grey(16, 16);
        var before = photograph.Pixels.ToArray();
        using var overlay = AnomalyOverlay.Draw(photograph, [3], 1, 1, s_scale);
        Assert.IsTrue(photograph.Pixels.SequenceEqual(before));
        Assert.IsFalse(overlay.Pixels.SequenceEqual(before));
    }

    [TestMethod]
    public void Wrong_arguments_are_named()
    {
        using var photograph = Photographs.Grey(8, 8);
        AssertNamed("opacity", () => AnomalyOverlay.Draw(photograph, [0], 1, 1, s_scale, opacity: 1.5));
        AssertNamed("scale", () => AnomalyOverlay.Draw(photograph, [0], 1, 1, new AnomalyScale(1, 1, 1)));
        AssertNamed("map", () => AnomalyOverlay.Draw(photograph, [float.NaN], 1, 1, s_scale));
        AssertNamed("map", () => AnomalyOverlay.Draw(photograph, [0, 0], 1, 1, s_scale));
    }

    private static void AssertNamed(string name, Action action)
        => Assert.AreEqual(name, Assert.ThrowsExactly<ArgumentOutOfRangeException>(action).ParamName);
}
