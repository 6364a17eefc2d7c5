using DxmiMlNet.Detection;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Tests.Detection;

[TestClass]
public class PositionMomentsTests
{
    [TestMethod]
    public void A_radius_averages_the_covariances_of_neighbours_and_keeps_each_position_s_own_mean()
    {
        const int height = 2, width = 3, k = 2, rows = 40;
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        // Means and spreads differ from position to position.
        var data = randn([rows, height * width, k], generator: generator) * (arange(height * width) + 1f).view(1, -1, 1) + arange(height * width).view(1, -1, 1);
        using var moments = new PositionMoments(height, width, k);
        moments.Add(data);

        var (mean, transform, _) = moments.Gaussians(shrinkage: 0, radius: 1, shareMean: false);

        var means = data.mean([0L]);
        Assert.IsTrue(mean.allclose(means, atol: 1e-4));
        var centred = (data - means).transpose(0, 1);
        var covariances = centred.transpose(1, 2).bmm(centred) / rows;   // [P, K, K]
        // Position 0 is a corner of the 2 x 3 grid: its neighbours are 0, 1, 3 and 4.
        var expected = covariances.index_select(0, tensor(new long[] { 0, 1, 3, 4 })).mean([0L]);
        var inverse = transform[0].mm(transform[0].t());   // transform transform^T is the inverse covariance
        Assert.IsTrue(inverse.mm(expected).allclose(eye(k), atol: 1e-2));
    }

    [TestMethod]
    public void Few_good_parts_whose_neighbouring_patches_vary_alike_are_whitened_with_their_neighbours()
    {
        const int side = 8, k = 6, rows = 20;
        using var scope = NewDisposeScope();
        using var generator = new Generator(2);
        // The left half of the part varies along other directions than the right half.
        var left = randn([k, k], generator: generator);
        var right = randn([k, k], generator: generator);
        var noise = randn([rows, side, side, k], generator: generator);
        var data = cat([noise.narrow(2, 0, side / 2).matmul(left), noise.narrow(2, side / 2, side / 2).matmul(right)], 2).reshape(rows, side * side, k);
        using var learned = new PositionMoments(side, side, k);
        using var heldBack = new PositionMoments(side, side, k);
        int first = Enumerable.Range(0, rows).First(row => WhiteningChoice.IsHeldBack(row, rows));
        learned.Add(data.narrow(0, 0, first));
        heldBack.Add(data.narrow(0, first, rows - first));
        long[] positionOf = [.. Enumerable.Range(0, rows * side * side).Select(i => (long)(i % (side * side)))];
        bool[] isHeldBack = [.. Enumerable.Range(0, rows * side * side).Select(i => i / (side * side) >= first)];

        var whitening = WhiteningChoice.Choose(learned, heldBack, data.reshape(-1, k), positionOf, isHeldBack, PositionDependence.Auto);

        StringAssert.Contains(whitening.Choice, "neighbours");
    }
}
