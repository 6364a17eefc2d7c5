using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Values;
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
        using var energy = new AnchoredEnergy(2, [8], new Generator(1), CPU);
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
    public void The_same_seed_gives_the_same_network()
    {
        using var a = new FreeEnergy(2, [8], new Generator(5), CPU);
        using var b = new FreeEnergy(2, [8], new Generator(5), CPU);
        using var c = new FreeEnergy(2, [8], new Generator(6), CPU);
        Values.AreClose(Values.Of(a.Parameters.Flat), b.Parameters.Flat, 0);
        CollectionAssert.AreNotEqual(Values.Of(a.Parameters.Flat), Values.Of(c.Parameters.Flat));
    }

    [TestMethod]
    public void Fourier_features_are_x_then_cosines_then_sines_of_fixed_frequencies()
    {
        using var scope = NewDisposeScope();
        var layout = new FlatParameters.Layout();
        var features = new FourierFeatures(layout, dimension: 1, count: 4, scale: 2, new Generator(1), CPU);
        var frequencies = Values.Of(FourierFeatures.QuasiNormal(2, 1, new Generator(1)) * 2);
        Assert.AreEqual(5, features.Size);
        const float x = 0.7f;
        Values.AreClose([x, MathF.Cos(x * frequencies[0]), MathF.Cos(x * frequencies[1]), MathF.Sin(x * frequencies[0]), MathF.Sin(x * frequencies[1])],
            features.Of(tensor(new[] { x }, [1, 1])));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new FourierFeatures(layout, 1, 3, 1, new Generator(1), CPU));
    }

    [TestMethod]
    public void The_single_networks_energy_is_its_value_at_the_last_step()
    {
        using var scope = NewDisposeScope();
        using var value = new ValueNetwork(2, steps: 3, [8], new Generator(1), CPU, holdsEnergy: true);
        using (no_grad())
            value.Parameters.Flat.uniform_(-1, 1, new Generator(3));   // it starts at zero
        var x = randn(4, 2, generator: new Generator(2));
        Values.AreClose(Values.Of(value.Evaluate(x, 3)), value.Energy!.Evaluate(x), 0);
        Assert.AreNotEqual(Values.Of(value.Evaluate(x, 2))[0], Values.Of(value.Energy.Evaluate(x))[0]);
        Assert.AreSame(value.Parameters, value.Energy.Parameters);
    }

    [TestMethod]
    public void Frequencies_are_normal_in_every_direction_even_when_there_are_few()
    {
        using var scope = NewDisposeScope();
        foreach (int seed in new[] { 1, 2, 3 })
        {
            var b = FourierFeatures.QuasiNormal(64, 2, new Generator((ulong)seed));
            var both = cat([b, -b]);   // b and -b are one frequency
            var covariance = both.t().mm(both) / 128;
            Values.AreClose([1, 0, 0, 1], covariance, 0.15);
            Assert.IsTrue((b[TensorIndex.Colon, 0] > 0).all().item<bool>());
        }
    }
}
