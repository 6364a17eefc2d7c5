using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Training;

[TestClass]
public class PretrainingTests
{
    [TestMethod]
    public void A_pretrained_sampler_reaches_the_modes_of_the_data()
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(1);
        var data = Ring.Sample(4000, generator);
        using var sampler = new DdpmSampler(2, NoiseSchedule.Short(10), [64, 64], generator, CPU);
        new DdpmPretraining(data, sampler, new PretrainingOptions { Iterations = 1500 }, generator).RunToEnd();
        var samples = sampler.Sample(2000, generator);
        // Modes lie at radius 2.83 with deviation 0.35; noise alone would lie at 1.25.
        Assert.AreEqual(2.8, samples.norm(1, false, 2).mean().item<float>(), 0.35);
    }

    [TestMethod]
    public void Contrast_with_noise_puts_data_below_and_noised_data_above_zero()
    {
        using var scope = NewDisposeScope();
        var generator = new Generator(1);
        var line = randn(4000, 1, generator: generator);
        var data = cat([line, line, line, line], 1) + 0.05 * randn(4000, 4, generator: generator);   // a line in four dimensions
        using var energy = new AnchoredEnergy(4, [32], generator, CPU);
        new NoiseContrastPretraining(data, energy, [1f], new PretrainingOptions { Iterations = 500 }, generator).RunToEnd();
        using var _ = no_grad();
        Assert.IsLessThan(-0.3f, energy.Evaluate(data).mean().item<float>());
        Assert.IsGreaterThan(0.3f, energy.Evaluate(data + randn(data.shape, generator: generator)).mean().item<float>());
    }
}
