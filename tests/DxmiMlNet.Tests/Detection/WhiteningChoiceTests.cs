using DxmiMlNet.Detection.Parts;
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
    public void Many_good_parts_need_no_neighbours_and_are_shrunk_by_their_number()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        // Every position varies along directions of its own.
        var data = einsum("rpk,pkl->rpl", randn([600, P, K], generator: generator), randn([P, K, K], generator: generator));

        var choice = Choose(data);

        Assert.AreEqual(new WhiteningChoice(K / (K + 480.0), 0, false), choice);
    }

    [TestMethod]
    public void With_too_few_images_to_hold_any_back_all_positions_have_the_mean_covariance()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);

        Assert.AreEqual(new WhiteningChoice(1, 0, false), Choose(Halves(4, generator)));
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
        int learnedRows = Enumerable.Range(0, rows).Count(row => !new RowBlocks(rows).IsHeldBack(row));
        using var learned = new PositionMoments(Side, Side, K);
        learned.Add(data.narrow(0, 0, learnedRows));
        var sample = new PatchSample(data.reshape(-1, K), [.. Enumerable.Range(0, rows * P).Select(i => (long)(i % P))],
            [.. Enumerable.Range(0, rows * P).Select(i => i / P >= learnedRows)]);
        return WhiteningChoice.Of(learned, sample, PositionDependence.Auto);
    }
}
