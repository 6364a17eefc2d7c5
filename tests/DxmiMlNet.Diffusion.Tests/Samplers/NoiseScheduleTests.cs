using DxmiMlNet.Diffusion.Samplers;

namespace DxmiMlNet.Diffusion.Tests.Samplers;

[TestClass]
public class NoiseScheduleTests
{
    [TestMethod]
    public void The_linear_schedule_is_that_of_DDPM()
    {
        var schedule = NoiseSchedule.Linear();
        Assert.AreEqual(1000, schedule.Steps);
        Assert.AreEqual(1e-4, schedule.Betas[0], 1e-12);
        Assert.AreEqual(0.02, schedule.Betas[^1], 1e-12);
        Assert.AreEqual(1 - 1e-4, schedule.AlphaBars[1], 1e-12);
        Assert.AreEqual(4.0358e-5, schedule.AlphaBars[1000], 1e-8);   // prod(1 - beta), evaluated independently
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(5)]
    [DataRow(10)]
    public void A_short_schedule_ends_at_the_wanted_signal_with_growing_noise_of_quadratic_spacing(int steps)
    {
        var schedule = NoiseSchedule.Short(steps, signal: 0.01);
        Assert.AreEqual(0.01, schedule.AlphaBars[steps], 1e-9);
        Assert.AreEqual(100, schedule.Betas[^1] / schedule.Betas[0], 1e-6);
        for (int s = 2; s < steps; s++)   // the roots are evenly spaced
            Assert.AreEqual(Math.Sqrt(schedule.Betas[s]) - Math.Sqrt(schedule.Betas[s - 1]), Math.Sqrt(schedule.Betas[1]) - Math.Sqrt(schedule.Betas[0]), 1e-9);
    }

    [TestMethod]
    public void Impossible_schedules_are_refused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => NoiseSchedule.Short(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => NoiseSchedule.Short(5, signal: 1));
    }

    [TestMethod]
    public void An_even_schedule_ends_at_the_wanted_signal_and_grows_linearly_tenfold()
    {
        var schedule = NoiseSchedule.Even(5, signal: 0.2);
        Assert.AreEqual(0.2, schedule.AlphaBars[5], 1e-9);
        Assert.AreEqual(10, schedule.Betas[^1] / schedule.Betas[0], 1e-6);
        Assert.AreEqual(schedule.Betas[1] - schedule.Betas[0], schedule.Betas[4] - schedule.Betas[3], 1e-9);
        CollectionAssert.AreEqual(new double[] { 800, 600, 400, 200, 0 }, schedule.Positions.ToArray());
    }

    [TestMethod]
    public void A_single_level_takes_all_of_the_signal_that_goes()
    {
        foreach (var schedule in new[] { NoiseSchedule.Even(1, signal: 0.2), NoiseSchedule.Short(1, signal: 0.2) })
        {
            Assert.AreEqual(0.8, schedule.Betas[0], 1e-9);
            Assert.AreEqual(0.2, schedule.AlphaBars[1], 1e-9);
        }
    }

    [TestMethod]
    public void Levels_of_as_much_noise_have_one_position_whatever_their_number()
    {
        foreach (int steps in new[] { 1, 4, 16 })
        {
            var schedule = NoiseSchedule.Even(steps, signal: 0.2).ByNoise();
            Assert.AreEqual(0, schedule.Positions[^1], 1e-6);   // the noisiest
            for (int s = 1; s <= steps; s++)   // abar = signal^(1 - position)
                Assert.AreEqual(schedule.AlphaBars[s], Math.Pow(0.2, 1 - schedule.Positions[s - 1] / NoiseSchedule.NoiseScale), 1e-9);
        }
    }

    [TestMethod]
    [DataRow(5)]
    [DataRow(10)]
    [DataRow(100)]
    public void A_converted_schedule_has_the_originals_signal_in_fewer_steps_of_quadratic_spacing(int steps)
    {
        var original = NoiseSchedule.Linear();
        var converted = original.Convert(steps);
        Assert.AreEqual(Math.Log(original.AlphaBars[^1]), Math.Log(converted.AlphaBars[^1]), 1e-4);
        Assert.AreEqual(original.Betas[0], converted.Betas[0], 1e-9);
        for (int s = 2; s < steps; s++)
            Assert.AreEqual(Math.Sqrt(converted.Betas[1]) - Math.Sqrt(converted.Betas[0]), Math.Sqrt(converted.Betas[s]) - Math.Sqrt(converted.Betas[s - 1]), 1e-9);
        Assert.AreEqual(0, converted.Positions[^1], 0.1);      // as noisy as level 1000 of 1000
        Assert.AreEqual(999, converted.Positions[0], 1e-6);    // eta_1 = beta_1: level 1
    }

    [TestMethod]
    public void A_continuous_level_has_the_asked_signal_between_its_neighbours()
    {
        var schedule = NoiseSchedule.Linear();
        Assert.AreEqual(0, schedule.ContinuousLevel(1), 1e-12);
        Assert.AreEqual(250, schedule.ContinuousLevel(schedule.AlphaBars[250]), 1e-9);
        double between = Math.Sqrt(schedule.AlphaBars[250] * schedule.AlphaBars[251]);   // half-way in the logarithm
        Assert.AreEqual(250.5, schedule.ContinuousLevel(between), 1e-9);
        Assert.AreEqual(1000, schedule.ContinuousLevel(0), 1e-12);
    }
}
