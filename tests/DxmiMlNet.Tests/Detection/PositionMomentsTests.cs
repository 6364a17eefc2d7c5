using DxmiMlNet.Detection.Parts;
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
}
