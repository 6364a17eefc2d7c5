using DxmiMlNet.Diffusion.Energies;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Energies;

[TestClass]
public class GaussianTests
{
    [TestMethod]
    public void The_distance_is_that_of_the_samples_mean_and_covariance()
    {
        using var scope = NewDisposeScope();
        // Variances 4 and 1 about (1, 2), without correlation: d = ((x - 1)^2 / 4 + (y - 2)^2) / 2 + log(4) / 2.
        using var gaussian = Gaussian.Fit(tensor(new float[] { 3, 3, -1, 3, 3, 1, -1, 1 }, [4, 2]));
        float[] expected = [MathF.Log(2), (4f / 4 + 9f) / 2 + MathF.Log(2)];
        Values.AreClose(expected, gaussian.Distance(tensor(new float[] { 1, 2, 3, 5 }, [2, 2])), 5e-3);
    }

    [TestMethod]
    public void Correlated_samples_are_as_far_as_their_inverse_covariance_says()
    {
        using var scope = NewDisposeScope();
        var data = randn(500, 3, generator: new Generator(1)).mm(randn(3, 3, generator: new Generator(2)));
        using var gaussian = Gaussian.Fit(data);
        var centred = data - data.mean([0L]);
        var covariance = centred.t().mm(centred) / 500 + 1e-4 * eye(3);
        var expected = (centred.mm(linalg.inv(covariance)) * centred).sum(1) / 3 + linalg.det(covariance).log() / 3;
        Values.AreClose(Values.Of(expected), gaussian.Distance(data), 1e-3);
    }

    [TestMethod]
    public void Samples_without_spread_leave_a_finite_distance()
    {
        using var scope = NewDisposeScope();
        using var gaussian = Gaussian.Fit(ones(50, 3));
        Assert.IsTrue(gaussian.Distance(randn(20, 3, generator: new Generator(2))).isfinite().all().item<bool>());
    }

    [TestMethod]
    public void An_energy_anchored_by_the_Gaussian_of_standard_samples_is_that_without_one()
    {
        using var scope = NewDisposeScope();
        var corners = tensor(new float[] { 1, 1, -1, 1, 1, -1, -1, -1 }, [4, 2]);   // mean 0, covariance I
        using var fitted = new AnchoredEnergy(2, [8], new Generator(1), CPU, Gaussian.Fit(corners));
        using var standard = new AnchoredEnergy(2, [8], new Generator(1), CPU);
        var x = randn(10, 2, generator: new Generator(3));
        Values.AreClose(Values.Of(standard.Evaluate(x)), fitted.Evaluate(x), 5e-3);
    }
}
