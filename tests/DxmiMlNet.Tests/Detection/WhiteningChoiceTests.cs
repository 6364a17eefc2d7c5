using DxmiMlNet.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Tests.Detection;

[TestClass]
public class WhiteningChoiceTests
{
    private const int Side = 8, K = 6, P = Side * Side;

    [TestMethod]
    public void Few_good_parts_whose_neighbouring_patches_vary_alike_are_whitened_with_their_neighbours()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);

        var choice = Choose(Halves(20, generator));

        Assert.IsFalse(choice.IsShared);
        Assert.IsGreaterThan(0, choice.Radius);
    }

    [TestMethod]
    public void Whitening_holds_for_parts_to_come_where_every_image_shows_another_part()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);

        var choice = Choose(Halves(400, generator));

        Assert.AreEqual(1, choice.HeldBackRatio!.Value, 0.05);
        Assert.IsTrue(ComponentChoice.Holds(choice.HeldBackRatio));
    }

    [TestMethod]
    public void Whitening_does_not_hold_where_many_images_show_few_parts()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        // 25 photographs of each of 8 parts.
        var photographs = Halves(8, generator).repeat_interleave(25, 0) + randn([200, P, K], generator: generator) * 0.1f;

        var choice = Choose(photographs);

        Assert.IsGreaterThan(1.2, choice.HeldBackRatio!.Value);
        Assert.IsFalse(ComponentChoice.Holds(choice.HeldBackRatio));
    }

    [TestMethod]
    public void With_too_few_images_to_hold_any_back_nothing_is_said_to_hold()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);

        var choice = Choose(Halves(4, generator));

        Assert.IsNull(choice.HeldBackRatio);
        Assert.IsFalse(ComponentChoice.Holds(choice.HeldBackRatio));
    }

    [TestMethod]
    public void A_large_grid_begins_with_the_few_components_unless_told_otherwise()
    {
        Assert.AreEqual(ComponentChoice.Many, ComponentChoice.First(null, 32 * 32));
        Assert.AreEqual(ComponentChoice.Few, ComponentChoice.First(null, 96 * 96));
        Assert.AreEqual(120, ComponentChoice.First(120, 96 * 96));
    }

    // Parts whose left half varies along other directions than their right half, [rows, P, K].
    private static Tensor Halves(int rows, Generator generator)
    {
        var left = randn([K, K], generator: generator);
        var right = randn([K, K], generator: generator);
        var noise = randn([rows, Side, Side, K], generator: generator);
        return cat([noise.narrow(2, 0, Side / 2).matmul(left), noise.narrow(2, Side / 2, Side / 2).matmul(right)], 2).reshape(rows, P, K);
    }

    private static WhiteningChoice Choose(Tensor data)
    {
        int rows = (int)data.shape[0];
        int learnedRows = Enumerable.Range(0, rows).Count(row => !WhiteningChoice.IsHeldBack(row, rows));
        using var learned = new PositionMoments(Side, Side, K);
        learned.Add(data.narrow(0, 0, learnedRows));
        var sample = new PatchSample(data.reshape(-1, K), [.. Enumerable.Range(0, rows * P).Select(i => (long)(i % P))],
            [.. Enumerable.Range(0, rows * P).Select(i => i / P >= learnedRows)]);
        return WhiteningChoice.Of(learned, rows - learnedRows, sample, PositionDependence.Auto);
    }
}
