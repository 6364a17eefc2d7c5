using DxmiMlNet.Diffusion.Energies;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Energies;

[TestClass]
public class EnergyTests
{
    [TestMethod]
    public void An_anchored_energy_starts_as_that_of_a_Gaussian()
    {
        using var scope = NewDisposeScope();
        using var energy = new AnchoredEnergy(2, [8], new Generator(1), CPU, anchor: 0.5);
        Values.AreClose([0, 0.5f * (9 + 16) / 2], energy.Evaluate(tensor(new float[] { 0, 0, 3, 4 }, [2, 2])));
    }

    [TestMethod]
    public void An_anchored_energy_grows_far_away_whatever_its_parameters()
    {
        using var scope = NewDisposeScope();
        using var energy = new AnchoredEnergy(3, [8], new Generator(1), CPU);
        using (no_grad())
            energy.Parameters.Flat.copy_(randn(energy.Parameters.Count, generator: new Generator(2)) * 3 - 1);
        var direction = randn(20, 3, generator: new Generator(3));
        var near = energy.Evaluate(direction * 1e3);
        var far = energy.Evaluate(direction * 1e4);
        Assert.IsTrue((far > near).all().item<bool>());
        Assert.IsGreaterThanOrEqualTo((float)AnchoredEnergy.LeastAnchor, energy.Anchor.item<float>());
    }

    [TestMethod]
    public void An_autoencoder_energy_is_the_mean_squared_reconstruction_error_and_grows_quadratically()
    {
        using var scope = NewDisposeScope();
        using var energy = new AutoencoderEnergy(4, [8], code: 2, new Generator(1), CPU);
        var x = randn(6, 4, generator: new Generator(2));
        Values.AreClose(Values.Of((x - energy.Reconstruct(x)).square().mean([1L])), energy.Evaluate(x));
        var ratio = energy.Evaluate(x * 1e5) / energy.Evaluate(x * 1e4);   // the reconstruction is bounded
        Values.AreClose([.. Enumerable.Repeat(100f, 6)], ratio, 0.5);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_network()
    {
        using var a = new FreeEnergy(2, [8], new Generator(5), CPU);
        using var b = new FreeEnergy(2, [8], new Generator(5), CPU);
        using var c = new FreeEnergy(2, [8], new Generator(6), CPU);
        Values.AreClose(Values.Of(a.Parameters.Flat), b.Parameters.Flat, 0);
        CollectionAssert.AreNotEqual(Values.Of(a.Parameters.Flat), Values.Of(c.Parameters.Flat));
    }
}
