using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Training;

[TestClass]
public class AnyStepTrainerTests
{
    private static readonly int[] s_steps = [1, 2, 4];

    private sealed class Setup : IDisposable
    {
        public Setup(int seed = 1)
        {
            Generator = new Generator((ulong)seed);
            Data = Ring.Sample(2000, Generator);
            Energy = new FreeEnergy(2, [32, 32], Generator, CPU);
            Sampler = new AnyStepSampler(2, steps => NoiseSchedule.Even(steps), [32, 32], Generator, CPU, 0.3);
            Value = new AnyStepValue(Sampler, [32, 32], Generator, CPU);
        }

        public Generator Generator { get; }
        public Tensor Data { get; }
        public FreeEnergy Energy { get; }
        public AnyStepSampler Sampler { get; }
        public AnyStepValue Value { get; }

        public AnyStepTrainer Trainer(DxmiOptions options, Energy? energy = null, int[]? steps = null) => new(Data, energy ?? Energy, Value, Sampler, steps ?? s_steps, options, Generator);

        public TrainingRun Run(int iterations) => new(Generator, "test", [Energy.Parameters, Value.Parameters, Sampler.Parameters, Sampler.SigmaWeights],
            new TrainingStage(iterations, 1, () => new DdpmPretraining(Data, Sampler, s_steps, new PretrainingOptions { Iterations = iterations }, Generator)),
            new TrainingStage(iterations, 5, () => Trainer(new DxmiOptions { Iterations = iterations, BatchSize = 32 })))
        {
            CheckEvery = 5,
            CheckpointEvery = TimeSpan.Zero,
            KeepsCheckpoint = true,
        };

        public void Dispose()
        {
            Data.Dispose();
            Energy.Dispose();
            Value.Dispose();
            Sampler.Dispose();
            Generator.Dispose();
        }
    }

    [TestMethod]
    public void Samplers_of_every_number_of_steps_learn_the_spread_of_the_data()
    {
        using var setup = new Setup();
        using var scope = NewDisposeScope();
        double Spread(int steps) => (setup.Sampler.InSteps(steps).Sample(2000, new Generator(9)).std(0).mean() / setup.Data.std(0).mean()).item<float>();
        using var energy = new AnyStepEnergy(2, [32, 32], setup.Generator, CPU, fourierFeatures: 16, scoredSteps: 4);
        using (var trainer = setup.Trainer(new DxmiOptions { Iterations = 600, BatchSize = 128, Energy = new EnergyOptions { Rate = 1e-4 } }, energy))
        {
            for (int i = 0; i < 600; i++)
                trainer.Iterate(i);
            trainer.Check(600);
            trainer.Finish();
        }
        foreach (int steps in s_steps)
            Assert.IsInRange(0.7, 1.4, Spread(steps), $"T = {steps}");
    }

    [TestMethod]
    public void A_saved_and_loaded_sampler_gives_the_same_samples_in_any_number_of_steps()
    {
        var store = new MemoryStore();
        using var trained = new Setup();
        trained.Run(20).Run(checkpoint: store);
        using var loaded = new Setup(seed: 2);
        loaded.Run(20).Run(checkpoint: store);   // finished: nothing is trained again
        using var scope = NewDisposeScope();
        foreach (int steps in new[] { 1, 2, 3, 4, 5, 8, 16 })
            Values.AreClose(Values.Of(trained.Sampler.InSteps(steps).Sample(50, new Generator(3))), loaded.Sampler.InSteps(steps).Sample(50, new Generator(3)), 0);
    }

    [TestMethod]
    public void One_energy_for_all_learns_from_four_steps_and_more_and_one_that_is_told_T_from_all()
    {
        using var setup = new Setup();
        using var told = new AnyStepEnergy(2, [16], setup.Generator, CPU, fourierFeatures: 8, scoredSteps: 4);
        Assert.IsFalse(Moves(setup.Energy, 2));
        Assert.IsTrue(Moves(setup.Energy, 4));
        Assert.IsTrue(Moves(told, 2));

        bool Moves(Energy energy, int steps)
        {
            var before = Values.Of(energy.Parameters.Flat);
            using var trainer = setup.Trainer(new DxmiOptions { Iterations = 20, BatchSize = 32 }, energy, [steps]);
            trainer.Iterate(0);
            return !before.SequenceEqual(Values.Of(energy.Parameters.Flat));
        }
    }

    [TestMethod]
    public void An_energy_that_is_told_T_is_another_at_every_T_and_scores_with_its_own()
    {
        using var scope = NewDisposeScope();
        using var energy = new AnyStepEnergy(2, [16], new Generator(1), CPU, fourierFeatures: 8, scoredSteps: 4);
        var x = randn(5, 2, generator: new Generator(2));
        CollectionAssert.AreNotEqual(Values.Of(energy.InSteps(1).Evaluate(x)), Values.Of(energy.InSteps(4).Evaluate(x)));
        Values.AreClose(Values.Of(energy.InSteps(4).Evaluate(x)), energy.Evaluate(x), 0);
    }

    [TestMethod]
    public void No_tensor_is_left_behind()
    {
        void RunOnce()
        {
            using var setup = new Setup();
            setup.Run(10).Run();
            setup.Sampler.InSteps(7).Sample(5, new Generator(1)).Dispose();
        }
        RunOnce();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        RunOnce();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
