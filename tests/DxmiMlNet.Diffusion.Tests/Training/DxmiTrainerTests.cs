using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Training;

[TestClass]
public class DxmiTrainerTests
{
    [TestMethod]
    public void Values_of_a_single_network_are_learned_beside_its_energy()
    {
        // The energy's own rate is zero: what moves it is the value steps.
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var data = Ring.Sample(2000, generator);
        using var value = new ValueNetwork(2, steps: 3, [32, 32], generator, CPU, holdsEnergy: true);
        using var sampler = new DdpmSampler(2, NoiseSchedule.Short(3), [32, 32], generator, CPU);
        using var trainer = new SingleNetworkTrainer(data, value, sampler,
            TrainingSetup.Still with { Iterations = 200, EntropyWeight = 1, CostWeight = 1 }, generator);

        for (int i = 0; i < 200; i++)
            trainer.Iterate(i);

        using var _ = no_grad();
        double first = value.Evaluate(data, 0).mean().item<float>(), energy = value.Energy!.Evaluate(data).abs().mean().item<float>();
        Assert.IsGreaterThan(1.5, first);   // three steps' costs of about 0.5, and their entropy; both started at 0
        Assert.IsLessThan(first / 10, energy, $"{first} {energy}");
    }

    [TestMethod]
    public void Training_lowers_the_energy_of_data_below_that_of_the_space_between()
    {
        using var setup = new TrainingSetup(new DxmiOptions { Iterations = 600, BatchSize = 128, Energy = new EnergyOptions { Rate = 3e-4 } });
        setup.Run(pretraining: 600).Run();
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var uniform = rand(2000, 2, generator: new Generator(9)) * 8 - 4;
        // The share of pairs in which the data point has the lower energy: the AUROC of the energy.
        double auroc = (setup.Energy.Evaluate(setup.Data).unsqueeze(1) < setup.Energy.Evaluate(uniform).unsqueeze(0)).to(ScalarType.Float32).mean().item<float>();
        Assert.IsGreaterThan(0.6, auroc);
        using var samples = setup.Sampler.Sample(2000, new Generator(9));
        double spread = (samples.std(0).mean() / setup.Data.std(0).mean()).item<float>();
        Assert.IsGreaterThan(0.7, spread);
        Assert.IsLessThan(1.4, spread);
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.01)]
    public void No_tensor_is_left_behind_by_an_iteration(double gradientPenalty)
    {
        using var setup = new TrainingSetup(new DxmiOptions
        {
            Iterations = 100, BatchSize = 32, Energy = new EnergyOptions { GradientPenalty = gradientPenalty }, Sampler = new SamplerOptions { PartwayShare = 0.5 },
        });
        using var trainer = setup.Trainer();
        for (int i = 0; i < 3; i++)
            trainer.Iterate(i);
        trainer.Check(3);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 3; i < 30; i++)
            trainer.Iterate(i);
        trainer.Check(30);
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void A_sampler_that_collapses_ends_the_training_with_the_reason()
    {
        using var setup = new TrainingSetup(new DxmiOptions { Iterations = 2000, BatchSize = 64, EntropyWeight = 0, CostWeight = 0,
            Energy = new EnergyOptions { Rate = 3e-3 }, Guards = new GuardOptions { SmallestSpread = 0.5, LargestSpread = 1.5 } });
        var error = Assert.ThrowsExactly<DivergedException>(() => setup.Run(pretraining: 200).Run());
        Assert.AreEqual("DxMI", error.Phase);
        StringAssert.Contains(error.What, "the samples' spread");
        StringAssert.Contains(error.Remedy, "tau");
    }

    [TestMethod]
    public void A_loss_that_is_not_finite_ends_the_training()
    {
        using var setup = new TrainingSetup(new DxmiOptions { Iterations = 10, BatchSize = 32 });
        using (no_grad())
            setup.Energy.Parameters.Flat[0].fill_(float.NaN);
        var error = Assert.ThrowsExactly<DivergedException>(() => setup.Run(pretraining: 5).Run());
        StringAssert.Contains(error.What, "not finite");
        Assert.AreEqual(5, error.Iteration);
    }

    [TestMethod]
    public void The_last_sigma_stays_when_it_is_fixed()
    {
        using var setup = new TrainingSetup(new DxmiOptions { Iterations = 20, BatchSize = 32, Sampler = new SamplerOptions { FixLastSigma = true } });
        var before = Diffusion.Tests.Values.Of(setup.Sampler.LogSigmas.Flat);
        using var trainer = setup.Trainer();
        for (int i = 0; i < 20; i++)
            trainer.Iterate(i);
        var after = Diffusion.Tests.Values.Of(setup.Sampler.LogSigmas.Flat);
        Assert.AreEqual(before[^1], after[^1]);
        Assert.AreNotEqual(before[0], after[0]);
    }

    [TestMethod]
    public void A_value_learns_the_costs_to_come_and_the_energy_at_the_end()
    {
        const double tau1 = 0.3, tau2 = 0.7;
        var options = TrainingSetup.Still with { Iterations = 600, BatchSize = 128, EntropyWeight = tau1, CostWeight = tau2, Values = new ValueOptions { Rate = 3e-3 } };
        using var setup = new TrainingSetup(options, steps: 2);
        using var trainer = setup.Trainer();
        for (int i = 0; i < options.Iterations; i++)
            trainer.Iterate(i);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var states = setup.Sampler.Trajectories(4000, new Generator(9));
        // V(x_0, 0) = E(x_2) + sum over both steps of tau2 c_t - tau1 log sigma_t; against the variance that follows it, c_t is 1/2 on average.
        double costs = 2 * 0.5 * tau2 - tau1 * setup.Sampler.LogSigmas.Flat.sum().item<float>();
        double expected = setup.Energy.Evaluate(states[2]).mean().item<float>() + costs;
        Assert.AreEqual(expected, setup.Value.Evaluate(states[0], 0).mean().item<float>(), 0.05);
    }

    [TestMethod]
    public void A_warm_up_holds_the_energy_back_at_first()
    {
        float Moved(int warmup)
        {
            using var setup = new TrainingSetup(new DxmiOptions { Iterations = 100, BatchSize = 32, Energy = new EnergyOptions { Warmup = warmup } });
            var before = Diffusion.Tests.Values.Of(setup.Energy.Parameters.Flat);
            using var trainer = setup.Trainer();
            trainer.Iterate(0);
            return Diffusion.Tests.Values.Of(setup.Energy.Parameters.Flat).Zip(before, (a, b) => Math.Abs(a - b)).Max();
        }
        Assert.AreEqual(3e-5, Moved(0), 1e-6);      // Adam's first step is the rate
        Assert.AreEqual(3e-6, Moved(10), 1e-6);
    }

    [TestMethod]
    public void The_moving_averages_can_be_looked_at_without_a_trace()
    {
        using var setup = new TrainingSetup(new DxmiOptions { Iterations = 20, BatchSize = 32 });
        using var trainer = setup.Trainer();
        for (int i = 0; i < 20; i++)
            trainer.Iterate(i);
        float[] own = setup.Result(), averages = [];

        trainer.WithAverages(() => averages = setup.Result());

        CollectionAssert.AreEqual(own, setup.Result());
        CollectionAssert.AreNotEqual(own, averages);
        trainer.Finish();
        CollectionAssert.AreEqual(averages, setup.Result());
    }

    [TestMethod]
    public void The_squared_slope_is_that_of_the_energy_and_can_be_learned_from()
    {
        using var scope = NewDisposeScope();
        var a = tensor(2f, requires_grad: true);
        var x = tensor(new float[] { 1, 5, 3, 7 }, [2, 2], requires_grad: true);
        var energies = a * x.select(1, 0).square() + 3 * x.select(1, 1);   // a x_1^2 + 3 x_2, of gradient (2 a x_1, 3)

        var slope = DxmiTrainer.SquaredSlope(energies, x);

        Assert.AreEqual(2 * ((16 + 9) + (144 + 9)) / 2.0, slope.item<float>(), 1e-4);
        slope.backward();
        Assert.AreEqual(2 * 8 * 2 * (1 + 9) / 2.0, a.grad!.item<float>(), 1e-4);   // of 4 a^2 x_1^2, by a
    }

    [TestMethod]
    public void A_gradient_penalty_flattens_the_energy()
    {
        double Slope(double penalty)
        {
            using var setup = new TrainingSetup(TrainingSetup.Still with
            {
                Iterations = 200, BatchSize = 64, Energy = new EnergyOptions { Rate = 3e-3, Regularization = 1, GradientPenalty = penalty },
            });
            using var trainer = setup.Trainer();
            for (int i = 0; i < 200; i++)
                trainer.Iterate(i);
            using var scope = NewDisposeScope();
            var x = setup.Data.narrow(0, 0, 500).detach().requires_grad_(true);
            return DxmiTrainer.SquaredSlope(setup.Energy.Evaluate(x), x).item<float>();
        }
        Assert.IsLessThan(0.5 * Slope(0), Slope(1));
    }

}
