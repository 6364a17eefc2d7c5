using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Samplers;

[TestClass]
public class DdpmSamplerTests
{
    private static readonly NoiseSchedule s_schedule = NoiseSchedule.Short(3, 0.04);

    [TestMethod]
    public void The_mean_is_DDPMs_and_the_same_for_one_step_and_for_steps_by_row()
    {
        using var scope = NewDisposeScope();
        using var sampler = new DdpmSampler(2, s_schedule, [8], new Generator(1), CPU);
        var x = randn(3, 2, generator: new Generator(2));
        var steps = tensor(new long[] { 0, 1, 2 });
        var noise = Values.Of(sampler.Predict(x, steps));
        var input = Values.Of(x);
        var expected = new float[6];
        for (int t = 0; t < 3; t++)
        {
            int s = 3 - t;   // noise level
            double beta = s_schedule.Betas[s - 1], abar = s_schedule.AlphaBars[s];
            for (int d = 0; d < 2; d++)
                expected[t * 2 + d] = (float)((input[t * 2 + d] - beta / Math.Sqrt(1 - abar) * noise[t * 2 + d]) / Math.Sqrt(1 - beta));
        }
        Values.AreClose(expected, sampler.Mean(x, steps));
        for (int t = 0; t < 3; t++)
            Values.AreClose([expected[t * 2], expected[t * 2 + 1]], sampler.Mean(x, t)[t]);
    }

    [TestMethod]
    public void Noised_data_keeps_its_share_of_the_signal()
    {
        using var scope = NewDisposeScope();
        using var sampler = new DdpmSampler(2, s_schedule, [8], new Generator(1), CPU);
        var noised = sampler.Noised(tensor(new float[] { 1, 2 }, [1, 2]), t: 0, noise: tensor(new float[] { 10, 20 }, [1, 2]));
        double signal = 0.2, noise = Math.Sqrt(0.96);   // abar_3 = 0.04
        Values.AreClose([(float)(signal + 10 * noise), (float)(2 * signal + 20 * noise)], noised, 1e-4);
    }

    [TestMethod]
    public void Sigmas_start_at_the_posterior_or_at_the_given_value()
    {
        using var posterior = new DdpmSampler(2, s_schedule, [8], new Generator(1), CPU);
        double beta = s_schedule.Betas[2];
        double expected = Math.Sqrt(beta * (1 - s_schedule.AlphaBars[2]) / (1 - s_schedule.AlphaBars[3]));
        Assert.AreEqual(expected, posterior.LogSigmas[0].exp().item<float>(), 1e-5);
        using var given = new DdpmSampler(2, s_schedule, [8], new Generator(1), CPU, initialSigma: 0.3);
        Values.AreClose([0.3f, 0.3f, 0.3f], given.LogSigmas.Flat.exp());
    }

    [TestMethod]
    public void Samples_depend_on_the_generator_alone()
    {
        using var sampler = new DdpmSampler(2, s_schedule, [8], new Generator(1), CPU);
        using var first = sampler.Sample(10, new Generator(3));
        using var again = sampler.Sample(10, new Generator(3));
        Values.AreClose(Values.Of(first), again, 0);
        CollectionAssert.AreEqual(new long[] { 10, 2 }, first.shape);
    }

    [TestMethod]
    public void A_converted_sampler_takes_DDIMs_steps_with_kappa_1()
    {
        using var scope = NewDisposeScope();
        using var original = new DdpmSampler(2, NoiseSchedule.Linear(1000), [8], new Generator(1), CPU);
        using var sampler = original.Convert(4);
        var x = randn(1, 2, generator: new Generator(2));
        var schedule = sampler.Schedule;
        for (int t = 0; t < 4; t++)
        {
            int s = 4 - t;
            double abar = schedule.AlphaBars[s], before = schedule.AlphaBars[s - 1];
            // Song et al. 2021, eq. 12 and 16, with eta (here kappa) = 1:
            double sigma = Math.Sqrt((1 - before) / (1 - abar) * (1 - abar / before));
            var noise = sampler.Predict(x, tensor(new long[] { t }));
            var predicted = (x - Math.Sqrt(1 - abar) * noise) / Math.Sqrt(abar);
            var expected = Math.Sqrt(before) * predicted + Math.Sqrt(1 - before - sigma * sigma) * noise;
            var scale = Math.Max(1, Values.Of(expected).Max(Math.Abs));
            Values.AreClose(Values.Of(expected), sampler.Mean(x, t), 1e-4 * scale);
            Assert.AreEqual(s == 1 ? 0.001 : sigma, sampler.LogSigmas[t].exp().item<float>(), 1e-5);
        }
    }

    [TestMethod]
    public void A_converted_sampler_tells_its_network_the_original_step_of_as_much_noise()
    {
        using var scope = NewDisposeScope();
        using var original = new DdpmSampler(2, NoiseSchedule.Linear(1000), [8], new Generator(1), CPU);
        using var sampler = original.Convert(4);
        var x = randn(1, 2, generator: new Generator(2));
        // The least noisy converted level is level 1 of the original, the last step of both.
        Values.AreClose(Values.Of(original.Predict(x, tensor(new long[] { 999 }))), sampler.Predict(x, tensor(new long[] { 3 })), 1e-5);
    }

    [TestMethod]
    public void A_trajectory_leads_from_noise_to_the_same_samples()
    {
        using var scope = NewDisposeScope();
        using var sampler = new DdpmSampler(2, s_schedule, [8], new Generator(1), CPU);
        var states = sampler.Trajectories(10, new Generator(3));
        Assert.HasCount(4, states);
        Values.AreClose(Values.Of(sampler.Sample(10, new Generator(3))), states[^1], 0);
    }

    [TestMethod]
    public void Predicting_the_velocity_is_predicting_the_noise_in_other_words()
    {
        using var scope = NewDisposeScope();
        using var sampler = new DdpmSampler(2, s_schedule, (layout, positions) => new Mlp(layout, [2, 8, 2], positions), new Generator(1), CPU, prediction: DdpmPrediction.Velocity);
        var x = randn(1, 2, generator: new Generator(2));
        for (int t = 0; t < 3; t++)
        {
            int s = 3 - t;
            double beta = s_schedule.Betas[s - 1], abar = s_schedule.AlphaBars[s];
            var velocity = sampler.Predict(x, tensor(new long[] { t }));
            var noise = Math.Sqrt(abar) * velocity + Math.Sqrt(1 - abar) * x;
            var expected = (x - beta / Math.Sqrt(1 - abar) * noise) / Math.Sqrt(1 - beta);
            Values.AreClose(Values.Of(expected), sampler.Mean(x, t));
        }
    }
}
