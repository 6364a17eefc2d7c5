using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Training;

[TestClass]
public class OneStepDistillationTests
{
    private static void Convert(DdpmSampler sampler, Energy energy, OneStepGenerator student, double energyWeight)
        => new OneStepDistillation(sampler, energy, student, energyWeight, new PretrainingOptions { Iterations = 400, BatchSize = 128 }, new Generator(5)).RunToEnd();

    [TestMethod]
    public void One_pass_leads_from_the_noise_of_a_trajectory_to_its_end()
    {
        using var scope = NewDisposeScope();
        using var sampler = new DdpmSampler(2, NoiseSchedule.Even(3), [8], new Generator(1), CPU, initialSigma: 0.3);
        using var energy = new AnchoredEnergy(2, [8], new Generator(1), CPU);
        using var student = new OneStepGenerator(2, 3, [32, 32], new Generator(2), CPU);
        Convert(sampler, energy, student, energyWeight: 0);
        var noise = student.Noise(1000, new Generator(7));
        CollectionAssert.AreEqual(new long[] { 1000, 4, 2 }, noise.shape);
        using var _ = no_grad();
        var end = sampler.Follow(noise);
        Assert.IsLessThan(0.1 * end.var(0).mean().item<float>(), (student.Generate(noise) - end).square().mean().item<float>());
    }

    [TestMethod]
    public void The_energy_pulls_back_samples_that_are_less_likely_than_their_trajectories()
    {
        using var scope = NewDisposeScope();
        using var sampler = new DdpmSampler(2, NoiseSchedule.Even(3), [8], new Generator(1), CPU, initialSigma: 0.3);
        using var energy = new AnchoredEnergy(2, [8], new Generator(1), CPU);
        double Excess(double weight)
        {
            using var student = new OneStepGenerator(2, 3, [32, 32], new Generator(2), CPU);
            Convert(sampler, energy, student, weight);
            using var _ = no_grad();
            var noise = student.Noise(1000, new Generator(7));
            return (energy.Evaluate(student.Generate(noise)) - energy.Evaluate(sampler.Follow(noise))).clamp_min(0).mean().item<float>();
        }
        Assert.IsLessThan(Excess(0), Excess(3));
    }
}
