using DxmiMlNet.Images;
using DxmiMlNet.Images.Masks;

namespace DxmiMlNet.Tests.Images.Masks;

[TestClass]
public class ConnectedComponentsTests
{
    [TestMethod]
    public void Pixels_that_touch_at_a_corner_are_one_component()
        => AssertLabels(
            ["#..", ".#.", "..#"],
            ["1..", ".1.", "..1"]);

    [TestMethod]
    public void Components_are_numbered_by_their_first_pixel_row_by_row()
        => AssertLabels(
            ["..#.#", "#.#.#", "#...."],
            ["..1.2", "3.1.2", "3...."]);

    [TestMethod]
    public void Branches_that_meet_further_down_are_one_component()
        => AssertLabels(
            ["#.#.#", "#.#.#", "#####"],
            ["1.1.1", "1.1.1", "11111"]);

    [TestMethod]
    public void The_last_pixel_of_a_row_does_not_touch_the_first_of_the_next()
        => AssertLabels(
            ["...#", "#..."],
            ["...1", "2..."]);

    [TestMethod]
    public void An_empty_mask_has_no_components()
        => AssertLabels(["..", ".."], ["..", ".."]);

    [TestMethod]
    public void Labels_left_from_an_earlier_mask_are_overwritten()
    {
        int[] labels = [7, 7];
        Assert.AreEqual(1, ConnectedComponents.Label([false, true], 1, 2, labels));
        CollectionAssert.AreEqual(new[] { 0, 1 }, labels);
    }

    [TestMethod]
    public void A_region_of_a_million_pixels_is_one_component()
    {
        var mask = new bool[1000 * 1000];
        Array.Fill(mask, true);
        Assert.AreEqual(1, ConnectedComponents.Label(mask, 1000, 1000, new int[mask.Length]));
    }

    [TestMethod]
    public void A_size_that_is_not_the_masks_is_an_error()
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ConnectedComponents.Label(new bool[5], 2, 3, new int[6])).Message, "2 x 3");

    private static void AssertLabels(string[] mask, string[] expected)
    {
        int height = mask.Length, width = mask[0].Length;
        var labels = new int[height * width];
        int count = ConnectedComponents.Label([.. mask.SelectMany(row => row.Select(c => c == '#'))], height, width, labels);
        var drawn = labels.Chunk(width).Select(row => string.Concat(row.Select(l => l == 0 ? '.' : (char)('0' + l)))).ToArray();
        CollectionAssert.AreEqual(expected, drawn);
        Assert.AreEqual(labels.Max(), count);
    }
}
