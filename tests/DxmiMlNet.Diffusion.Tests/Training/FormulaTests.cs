using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Training;

[TestClass]
public class FormulaTests
{
    [TestMethod]
    public void The_cosine_rate_falls_from_one_to_its_final_fraction()
    {
        Assert.AreEqual(1, LearningRate.Cosine(0, 100, 0.02), 1e-12);
        Assert.AreEqual(0.51, LearningRate.Cosine(50, 100, 0.02), 1e-12);
        Assert.AreEqual(0.02, LearningRate.Cosine(100, 100, 0.02), 1e-12);
    }

    [TestMethod]
    public void A_ramp_rises_to_one_over_its_length()
    {
        Assert.AreEqual(0.1, LearningRate.Ramp(0, 10), 1e-12);
        Assert.AreEqual(1, LearningRate.Ramp(9, 10), 1e-12);
        Assert.AreEqual(1, LearningRate.Ramp(500, 10), 1e-12);
        Assert.AreEqual(1, LearningRate.Ramp(0, 0), 1e-12);
    }

    [TestMethod]
    public void The_time_left_goes_by_the_pace_since_the_clock_started()
    {
        Assert.AreEqual(TimeSpan.FromSeconds(30), ProgressClock.Remaining(TimeSpan.FromSeconds(10), fraction: 0.25));
        Assert.AreEqual(TimeSpan.FromSeconds(10), ProgressClock.Remaining(TimeSpan.FromSeconds(10), fraction: 0.75, from: 0.5));   // what a former run did is not its pace
        Assert.IsNull(ProgressClock.Remaining(TimeSpan.FromSeconds(10), fraction: 0));
        Assert.AreEqual(TimeSpan.Zero, new ProgressClock().Remaining(1));
    }

    [TestMethod]
    public void The_running_cost_measures_a_step_against_the_variance_that_follows_it()
    {
        using var scope = NewDisposeScope();
        using var velocity = new AdaptiveVelocity(2, decay: 0.75, adaptive: true, CPU);
        velocity.Update(tensor(new float[] { 4, 1 }));
        Values.AreClose([4, 1], velocity.Variance);
        velocity.Update(tensor(new float[] { 8, 1 }));
        Values.AreClose([5, 1], velocity.Variance);      // 0.75 * 4 + 0.25 * 8
        var x = zeros(1, 2);
        var next = tensor(new float[] { 3, 1 }, [1, 2]);
        Values.AreClose([(9 + 1) / 2f / (2 * 5)], velocity.Cost(x, next, 0));
        Values.AreClose([0.5f, 2.5f], velocity.Cost(x.expand(2, 2), next.expand(2, 2), tensor(new long[] { 0, 1 })));
    }

    [TestMethod]
    public void Without_adaptation_the_variance_stays_at_the_first_batch()
    {
        using var scope = NewDisposeScope();
        using var velocity = new AdaptiveVelocity(1, decay: 0.5, adaptive: false, CPU);
        velocity.Update(tensor(new float[] { 4 }));
        velocity.Update(tensor(new float[] { 100 }));
        Values.AreClose([4], velocity.Variance);
    }

    [TestMethod]
    public void A_moving_average_forgets_its_start_quickly()
    {
        using var scope = NewDisposeScope();
        var layout = new FlatParameters.Layout();
        layout.Add(0, 1, 1);
        using var parameters = layout.Build(new Generator(1), CPU);
        using var average = new MovingAverage(parameters, decay: 0.9);
        using (no_grad())
            parameters.Flat.fill_(11);
        for (int i = 0; i < 3; i++)
            average.Update();
        average.Apply();
        // It starts at 1; the decays of the first three updates are 2/11, 3/12 and 4/13.
        Values.AreClose([(float)(11 - 10 * (2 / 11.0) * (3 / 12.0) * (4 / 13.0))], parameters.Flat);
    }

    [TestMethod]
    public void A_rollout_that_starts_part_way_takes_rows_up_step_by_step()
    {
        using var scope = NewDisposeScope();
        using var sampler = new DdpmSampler(2, NoiseSchedule.Short(4), [8], new Generator(1), CPU);
        var rollout = Rollout.Run(sampler, full: 10, partway: randn(9, 2), new Generator(2));
        CollectionAssert.AreEqual(new long[] { 10, 13, 16, 19 }, rollout.States.Select(s => s.shape[0]).ToArray());
        CollectionAssert.AreEqual(new long[] { 19, 2 }, rollout.Samples.shape);
        Values.AreClose(Values.Of(sampler.Mean(rollout.States[2], 2)), rollout.Means[2], 0);

        var first = (rollout.States[1].narrow(0, 0, 10) - rollout.States[0]).square().mean();
        Values.AreClose(Values.Of(first), rollout.SquaredVelocity()[0]);
        var last = (rollout.Samples - rollout.States[3]).square().mean();
        Values.AreClose(Values.Of(last), rollout.SquaredVelocity()[3]);
    }
}
