using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Training;

/// <summary>Networks for two-dimensional data, and what trains them.</summary>
internal sealed class TrainingSetup : IDisposable
{
    /// <summary>Energy and sampler stay as they are.</summary>
    public static DxmiOptions Still { get; } = new() { Energy = new EnergyOptions { Rate = 0 }, Sampler = new SamplerOptions { Rate = 0, SigmaRate = 0 } };

    public TrainingSetup(DxmiOptions options, int seed = 1, int steps = 4, int points = 2000)
    {
        Generator = new Generator((ulong)seed);
        Data = Ring.Sample(points, Generator);
        Energy = new FreeEnergy(2, [32, 32], Generator, CPU);
        Value = new ValueNetwork(2, steps, [32, 32], Generator, CPU);
        Sampler = new DdpmSampler(2, NoiseSchedule.Short(steps), [32, 32], Generator, CPU);
        Options = options;
    }

    public Generator Generator { get; }
    public Tensor Data { get; }
    public FreeEnergy Energy { get; }
    public ValueNetwork Value { get; }
    public DdpmSampler Sampler { get; }
    public DxmiOptions Options { get; }

    public DxmiTrainer Trainer() => new(Data, Energy, Value, Sampler, Options, Generator);

    public TrainingRun Run(int pretraining, string fingerprint = "test") => new(Generator, fingerprint,
        [Energy.Parameters, Value.Parameters, Sampler.Parameters, Sampler.LogSigmas],
        new TrainingStage(pretraining, 1, () => new DdpmPretraining(Data, Sampler, new PretrainingOptions { Iterations = pretraining }, Generator)),
        new TrainingStage(Options.Iterations, 5, Trainer))
    {
        CheckEvery = 5,
        CheckpointEvery = TimeSpan.Zero,
    };

    public float[] Result() => [.. Diffusion.Tests.Values.Of(Energy.Parameters.Flat), .. Diffusion.Tests.Values.Of(Sampler.Parameters.Flat), .. Diffusion.Tests.Values.Of(Sampler.LogSigmas.Flat)];

    public void Dispose()
    {
        Data.Dispose();
        Energy.Dispose();
        Value.Dispose();
        Sampler.Dispose();
        Generator.Dispose();
    }
}
