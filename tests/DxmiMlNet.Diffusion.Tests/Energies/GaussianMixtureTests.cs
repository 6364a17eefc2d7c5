using DxmiMlNet.Diffusion.Energies;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Energies;

[TestClass]
public class GaussianMixtureTests
{
    // A quarter around (-10, 0), three quarters around (10, 0), each of variances 4 and 1.
    private static Tensor TwoClusters()
    {
        var spread = randn(4000, 2, generator: new Generator(1)) * tensor(new float[] { 2, 1 });
        var centres = cat([full([1000, 1], -10f), full([3000, 1], 10f)]);
        return spread + cat([centres, zeros_like(centres)], 1);
    }

    [TestMethod]
    public void One_Gaussian_has_the_mean_and_covariance_of_the_samples()
    {
        using var scope = NewDisposeScope();
        // Variances 4 and 1 about (1, 2), without correlation: log p + log(2 pi) = -((x - 1)^2 / 4 + (y - 2)^2) / 2 - log(2).
        var data = tensor(new float[] { 3, 3, -1, 3, 3, 1, -1, 1 }, [4, 2]);
        using var mixture = GaussianMixture.Fit(data, 1, new Generator(1));
        float[] expected = [-MathF.Log(2), -0.5f * (4f / 4 + 9f) - MathF.Log(2)];
        Values.AreClose(expected, mixture.LogDensity(tensor(new float[] { 1, 2, 3, 5 }, [2, 2])), 5e-3);
    }

    [TestMethod]
    public void Two_clusters_are_found_with_their_weights_places_and_spreads()
    {
        using var scope = NewDisposeScope();
        using var mixture = GaussianMixture.Fit(TwoClusters(), 2, new Generator(1));
        // Each point is explained by the cluster it lies in: log w - log|Sigma| / 2 - distance / 2, |Sigma| = 4.
        float[] expected = [MathF.Log(0.25f / 2), MathF.Log(0.75f / 2), MathF.Log(0.75f / 2) - 2];
        Values.AreClose(expected, mixture.LogDensity(tensor(new float[] { -10, 0, 10, 0, 10, 2 }, [3, 2])), 0.1);
    }

    [TestMethod]
    public void The_density_of_a_mixture_has_the_mass_one()
    {
        using var scope = NewDisposeScope();
        using var mixture = GaussianMixture.Fit(TwoClusters(), 3, new Generator(2));
        const float step = 0.1f;
        var points = cartesian_prod([arange(-25, 25, step), arange(-8, 8, step)]);
        double mass = mixture.LogDensity(points).exp().sum().item<float>() * step * step / (2 * Math.PI);
        Assert.AreEqual(1, mass, 1e-3);
    }

    [TestMethod]
    public void More_components_than_kinds_of_samples_leave_a_density_everywhere()
    {
        using var scope = NewDisposeScope();
        var data = cat([zeros(50, 3), ones(50, 3)]);   // no spread within either kind
        using var mixture = GaussianMixture.Fit(data, 5, new Generator(1));
        Assert.IsTrue(mixture.LogDensity(randn(20, 3, generator: new Generator(2))).isfinite().all().item<bool>());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GaussianMixture.Fit(data, 0, new Generator(1)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GaussianMixture.Fit(data, 101, new Generator(1)));
    }

    [TestMethod]
    public void A_cancelled_fit_stops()
    {
        using var scope = NewDisposeScope();
        Assert.ThrowsExactly<OperationCanceledException>(() => GaussianMixture.Fit(TwoClusters(), 2, new Generator(1), new CancellationToken(canceled: true)));
    }

    [TestMethod]
    public void An_energy_anchored_by_a_mixture_starts_as_its_log_density_per_dimension()
    {
        using var scope = NewDisposeScope();
        var mixture = GaussianMixture.Fit(TwoClusters(), 2, new Generator(1));
        using var energy = new AnchoredEnergy(2, [8], new Generator(1), CPU, anchor: 0.5, mixture);
        var x = tensor(new float[] { -10, 1, 4, 4, 0, 30 }, [3, 2]);
        Values.AreClose(Values.Of(mixture.LogDensity(x) * -0.5f), energy.Evaluate(x), 1e-4);   // 0.5 * 2 / D
    }

    [TestMethod]
    public void A_mixture_of_one_standard_Gaussian_anchors_as_the_mean_square_does()
    {
        using var scope = NewDisposeScope();
        var corners = tensor(new float[] { 1, 1, -1, 1, 1, -1, -1, -1 }, [4, 2]);   // mean 0, covariance I
        using var withMixture = new AnchoredEnergy(2, [8], new Generator(1), CPU, mixture: GaussianMixture.Fit(corners, 1, new Generator(1)));
        using var without = new AnchoredEnergy(2, [8], new Generator(1), CPU);
        var x = randn(10, 2, generator: new Generator(3));
        Values.AreClose(Values.Of(without.Evaluate(x)), withMixture.Evaluate(x), 5e-3);
    }
}
