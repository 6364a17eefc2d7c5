using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Tests;
using DxmiMlNet.Lab.Pictures;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Tests.Pictures;

[TestClass]
public class JitteredEnergyTests
{
    [TestMethod]
    public void A_jittered_energy_sees_other_contrast_brightness_and_pixels_every_time()
    {
        const double contrast = 0.3, brightness = 0.2, noise = 0.5;
        using var scope = NewDisposeScope();
        using var mean = new MeanEnergy();
        using var jittered = new JitteredEnergy(mean, contrast, brightness, noise, new Generator(1));
        var energies = jittered.Evaluate(ones(50_000, 4));
        // Of e^(c a) + b a' + s / 2 a'' with normal a, a' and a'': a log-normal's mean and variance, the brightness's, and that of a mean of four pixels.
        double square = contrast * contrast;
        Assert.AreEqual(Math.Exp(square / 2), energies.mean().item<float>(), 0.01);
        Assert.AreEqual(Math.Exp(square) * (Math.Exp(square) - 1) + brightness * brightness + noise * noise / 4, energies.var().item<float>(), 0.01);
    }

    [TestMethod]
    public void A_jittered_energy_without_jitter_is_the_energy_and_leaves_it_alive()
    {
        using var scope = NewDisposeScope();
        using var energy = new FreeEnergy(2, [8], new Generator(1), CPU);
        using (no_grad())
            energy.Parameters.Flat.copy_(randn(energy.Parameters.Count, generator: new Generator(2)));
        var x = randn(5, 2, generator: new Generator(3));
        using (var jittered = new JitteredEnergy(energy, 0, 0, 0, new Generator(4)))
        {
            Assert.AreSame(energy.Parameters, jittered.Parameters);
            Values.AreClose(Values.Of(energy.Evaluate(x)), jittered.Evaluate(x));
        }
        Assert.IsTrue(energy.Evaluate(x).isfinite().all().item<bool>());
    }

    // The mean of the pixels.
    private sealed class MeanEnergy : Energy
    {
        public override int Dimension => 4;

        public override FlatParameters Parameters { get; } = Nothing();

        public override Tensor Evaluate(Tensor x) => x.mean([1L]);

        private static FlatParameters Nothing()
        {
            var layout = new FlatParameters.Layout();
            layout.Add(0, 0, 1);
            return layout.Build(new Generator(1), CPU);
        }
    }
}
