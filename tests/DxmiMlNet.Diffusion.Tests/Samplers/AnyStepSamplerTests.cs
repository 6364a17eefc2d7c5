using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Values;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Samplers;

[TestClass]
public class AnyStepSamplerTests
{
    private static readonly int[] s_steps = [1, 2, 3, 4, 5, 8, 16];

    private static AnyStepSampler Sampler(double? initialSigma = null, int seed = 1) => new(2, steps => NoiseSchedule.Even(steps), [8], new Generator((ulong)seed), CPU, initialSigma);

    [TestMethod]
    public void In_T_steps_it_takes_the_steps_of_the_sampler_of_T_steps()
    {
        using var scope = NewDisposeScope();
        using var any = Sampler();
        foreach (int steps in s_steps)
        {
            var schedule = NoiseSchedule.Even(steps);
            using var plain = new DdpmSampler(2, schedule, [8], new Generator(1), CPU);
            var sampler = any.InSteps(steps);
            CollectionAssert.AreEqual(plain.Scales.ToArray(), sampler.Scales.ToArray());
            CollectionAssert.AreEqual(plain.Shifts.ToArray(), sampler.Shifts.ToArray());
            Values.AreClose(Values.Of(plain.LogSigmas.Flat), sampler.LogSigmaOfSteps());
            var x = randn(1, 2, generator: new Generator(2));
            for (int t = 0; t < steps; t++)
            {
                int s = steps - t;   // noise level
                double beta = schedule.Betas[s - 1], abar = schedule.AlphaBars[s];
                var noise = sampler.Predict(x, tensor(new long[] { t }));
                Values.AreClose(Values.Of((x - beta / Math.Sqrt(1 - abar) * noise) / Math.Sqrt(1 - beta)), sampler.Mean(x, t));
            }
        }
    }

    [TestMethod]
    public void The_network_sees_where_a_step_begins_and_leads_and_not_its_number()
    {
        using var scope = NewDisposeScope();
        using var sampler = Sampler();
        var x = randn(1, 2, generator: new Generator(2));
        float[] First(int steps) => Values.Of(sampler.InSteps(steps).Predict(x, tensor(new long[] { 0 })));
        CollectionAssert.AreNotEqual(First(4), First(8));   // from the same noise to other levels
        Assert.AreSame(sampler.InSteps(4), sampler.InSteps(4));
        Assert.AreSame(sampler.Parameters.Flat, sampler.InSteps(8).Parameters.Flat);
    }

    [TestMethod]
    public void Sigmas_are_positive_and_that_of_the_last_step_is_the_least_and_falls_with_the_number_of_steps()
    {
        using var scope = NewDisposeScope();
        using var sampler = Sampler();
        float[][] sigmas = Array.ConvertAll(s_steps, steps => Values.Of(sampler.InSteps(steps).LogSigmaOfSteps().exp()));
        foreach (var ofSteps in sigmas)
        {
            Assert.IsTrue(Array.TrueForAll(ofSteps, sigma => sigma > 0));
            Assert.AreEqual(ofSteps.Min(), ofSteps[^1]);
        }
        float[] last = Array.ConvertAll(sigmas, ofSteps => ofSteps[^1]);
        CollectionAssert.AreEqual(last.OrderDescending().ToArray(), last);
    }

    [TestMethod]
    public void A_learned_sigma_lies_between_its_neighbours_and_stays_positive()
    {
        using var scope = NewDisposeScope();
        using var sampler = Sampler(initialSigma: 0.3);
        using (no_grad())
            sampler.SigmaWeights.Flat.copy_(randn(SigmaBasis.Count, generator: new Generator(3)).mul(3));
        float least = 0.3f * MathF.Exp(sampler.SigmaWeights.Flat.min().item<float>()), largest = 0.3f * MathF.Exp(sampler.SigmaWeights.Flat.max().item<float>());
        foreach (int steps in s_steps)
            foreach (float sigma in Values.Of(sampler.InSteps(steps).LogSigmaOfSteps().exp()))
                Assert.IsInRange(least, largest, sigma);
    }

    [TestMethod]
    [DataRow(0, 1)]
    [DataRow(0.3, 0.35)]
    [DataRow(0.96, 1)]
    [DataRow(0.5, 0.5001)]
    public void The_functions_of_a_sigma_add_to_one(double from, double to)
    {
        var values = SigmaBasis.Of(from, to);
        Assert.AreEqual(1, values.Sum(), 1e-12);
        Assert.IsTrue(Array.TrueForAll(values, value => value >= 0));
        Assert.IsLessThanOrEqualTo(4, values.Count(value => value > 0));
    }

    [TestMethod]
    public void Given_noise_leads_to_the_same_samples_as_drawn_noise()
    {
        using var scope = NewDisposeScope();
        using var sampler = Sampler();
        var generator = new Generator(3);
        var noise = stack(Enumerable.Range(0, 6).Select(_ => randn(4, 2, generator: generator)).ToArray(), 1);   // [4, T + 1, 2]
        Values.AreClose(Values.Of(sampler.InSteps(5).Sample(4, new Generator(3))), sampler.InSteps(5).Follow(noise));
    }

    [TestMethod]
    public void Guidance_moves_a_step_down_the_cost_to_come_by_scale_sigma_slope()
    {
        using var scope = NewDisposeScope();
        using var energy = new AnchoredEnergy(2, [8], new Generator(1), CPU);   // starts as mean(x^2) / 2: D times its slope is x
        using var value = new ValueNetwork(2, 2, [8], new Generator(1), CPU);
        var guidance = new ValueGuidance(energy, value, 0.5);
        var x = tensor(new float[] { 1, -2 }, [1, 2]);
        Values.AreClose([1 - 0.5f * 0.2f * 1, -2 + 0.5f * 0.2f * 2], guidance.Move(x, t: 1, sigma: tensor(0.2f)));
        var before = value.Evaluate(x, 1).item<float>();
        Assert.IsLessThan(before, value.Evaluate(guidance.Move(x, t: 0, sigma: tensor(0.2f)), 1).item<float>());
    }

    [TestMethod]
    public void Guided_samples_have_lower_energy_and_no_guidance_changes_nothing()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var energy = new AnchoredEnergy(2, [8], new Generator(1), CPU);
        using var any = Sampler(initialSigma: 0.3);
        using var values = new AnyStepValue(any, [8], new Generator(1), CPU);
        var sampler = any.InSteps(4);
        Tensor Sample(double scale) => sampler.Sample(500, new Generator(3), new ValueGuidance(energy, values.InSteps(4), scale));
        Values.AreClose(Values.Of(sampler.Sample(500, new Generator(3))), Sample(0));
        Assert.IsLessThan(energy.Evaluate(Sample(0)).mean().item<float>(), energy.Evaluate(Sample(0.5)).mean().item<float>());
    }
}
