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
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => NoiseSchedule.Short(1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => NoiseSchedule.Short(5, signal: 1));
    }
}
