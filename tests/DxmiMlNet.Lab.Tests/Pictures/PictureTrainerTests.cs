using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Tests;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using DxmiMlNet.Lab.Pictures;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Tests.Pictures;

[TestClass]
public sealed class PictureTrainerTests : IDisposable
{
    private readonly Generator _generator = new(1);
    private readonly Tensor _data;
    private readonly FreeEnergy _energy;
    private readonly ValueNetwork _value;
    private readonly DdpmSampler _sampler;

    public PictureTrainerTests()
    {
        const int steps = 7;
        _data = randn(500, 2, generator: _generator);
        _energy = new FreeEnergy(2, [16], _generator, CPU);
        _value = new ValueNetwork(2, steps, [16], _generator, CPU);
        _sampler = new DdpmSampler(2, NoiseSchedule.Short(steps), [16], _generator, CPU);
    }

    public void Dispose()
    {
        foreach (var disposable in new IDisposable[] { _data, _energy, _value, _sampler, _generator })
            disposable.Dispose();
    }

    private PictureTrainer Trainer(int iterations = 100, int batchSize = 32) => new(_data, _energy, _value, _sampler, new DxmiOptions { Iterations = iterations, BatchSize = batchSize }, _generator);

    [TestMethod]
    public void The_sampler_waits_for_a_tenth_of_the_training_and_then_starts_slowly()
    {
        using var trainer = Trainer(iterations: 30);
        float[] sampler = Values.Of(_sampler.Parameters.Flat), energy = Values.Of(_energy.Parameters.Flat);
        for (int i = 0; i < 3; i++)
            trainer.Iterate(i);
        CollectionAssert.AreEqual(sampler, Values.Of(_sampler.Parameters.Flat));
        CollectionAssert.AreNotEqual(energy, Values.Of(_energy.Parameters.Flat));
        Assert.AreEqual(0, trainer.Check(3).Values.Single(v => v.Name == "sampler loss").Value);
        trainer.Iterate(3);
        double rate = 1e-3 * LearningRate.Cosine(3, 30) / 4;   // Adam's first step is the rate: a quarter of it, the ramp being a seventh of 30 long
        Assert.AreEqual(rate, Values.Of(_sampler.Parameters.Flat).Zip(sampler, (a, b) => Math.Abs(a - b)).Max(), 0.02 * rate);
    }

    [TestMethod]
    public void Only_the_last_five_steps_are_trained()
    {
        float[] before = Values.Of(_sampler.LogSigmas.Flat);
        using var trainer = Trainer(iterations: 5);
        trainer.Iterate(0);
        float[] after = Values.Of(_sampler.LogSigmas.Flat);
        CollectionAssert.AreEqual(new[] { false, false, true, true, true, true, true }, before.Zip(after, (a, b) => a != b).ToArray());
    }

    [TestMethod]
    public void An_iteration_takes_four_energy_steps()
    {
        float[] before = Values.Of(_energy.Parameters.Flat);
        using var trainer = Trainer();
        trainer.Iterate(0);
        Assert.AreEqual(4 * 3e-5, Values.Of(_energy.Parameters.Flat).Zip(before, (a, b) => Math.Abs(a - b)).Max(), 1e-5);
    }

    [TestMethod]
    public void A_stopped_training_goes_on_from_what_it_wrote()
    {
        using var scope = NewDisposeScope();
        float[] Result() => [.. Values.Of(_energy.Parameters.Flat), .. Values.Of(_value.Parameters.Flat), .. Values.Of(_sampler.Parameters.Flat)];
        void Iterate(PictureTrainer trainer, int from, int to)
        {
            for (int i = from; i < to; i++)
                trainer.Iterate(i);
        }
        using var whole = Trainer(iterations: 10);
        Iterate(whole, 0, 4);
        using var bytes = new MemoryStream();
        whole.Write(new BinaryWriter(bytes));
        Tensor[] networks = [_energy.Parameters.Flat, _value.Parameters.Flat, _sampler.Parameters.Flat, _sampler.LogSigmas.Flat];
        var (draws, saved) = (_generator.get_state(), Array.ConvertAll(networks, network => network.clone()));
        Iterate(whole, 4, 10);
        float[] expected = Result();

        using (no_grad())
            for (int i = 0; i < networks.Length; i++)
                networks[i].copy_(saved[i]);
        _generator.set_state(draws);
        using var resumed = Trainer(iterations: 10);
        bytes.Position = 0;
        resumed.Read(new BinaryReader(bytes));
        Iterate(resumed, 4, 10);
        CollectionAssert.AreEqual(expected, Result());
    }

    [TestMethod]
    public void No_tensor_is_left_behind_by_an_iteration()
    {
        using var trainer = Trainer();
        for (int i = 0; i < 12; i++)   // the sampler waits at first, and the memory fills
            trainer.Iterate(i);
        trainer.Check(12);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (int i = 12; i < 30; i++)
            trainer.Iterate(i);
        trainer.Check(30);
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
