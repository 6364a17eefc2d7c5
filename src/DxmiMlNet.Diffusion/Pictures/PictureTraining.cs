using DxmiMlNet.Diffusion.Densities;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Pictures;

/// <summary>Trains a sampler of images as a DDPM or an EDM, then with DxMI in few steps.</summary>
public sealed class PictureTraining : IDisposable
{
    private const int DdpmLevels = 1000, CurvePoints = 150;

    private static readonly int[] s_widths = [32, 48, 64], s_scoreWidths = [32, 64, 64];

    private readonly PictureStart _start;
    private readonly PictureSettings _settings;
    private readonly Tensor _data;   // [N, D]

    /// <param name="start">What the sampler is pretrained as.</param>
    /// <param name="settings">Settings.</param>
    /// <param name="data">Training images, [N, D], about within -1 and 1; where they live, everything is computed. Kept, not copied.</param>
    public PictureTraining(PictureStart start, PictureSettings settings, Tensor data)
    {
        _start = start;
        _settings = settings;
        _data = data;
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)settings.Seed);
        Network = start == PictureStart.Ddpm
            ? new DdpmSampler(settings.Shape.Dimension, NoiseSchedule.Linear(DdpmLevels), (layout, positions) => new UNet(layout, settings.Shape, s_widths, positions, data.device), generator, data.device)
            : new EdmSampler(settings.Shape, s_widths, EdmSampler.Karras(2), data.std().item<float>(), generator, data.device);
    }

    /// <summary>The sampler that is pretrained; it is run <see cref="InSteps"/>.</summary>
    public NetworkSampler Network { get; }

    /// <summary>Trains the network as what it starts as.</summary>
    /// <param name="progress">Told how far training is; may be null.</param>
    /// <param name="cancellation">Stops between two iterations.</param>
    /// <returns>The loss over the iterations.</returns>
    /// <exception cref="DivergedException">The loss is no number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public TrainingCurves Pretrain(Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var generator = DeviceGenerator(0);
        var options = new PretrainingOptions { Iterations = _settings.PretrainingIterations, BatchSize = _settings.BatchSize };
        var curves = new TrainingCurves();
        new TrainingRun(generator, "", [Network.Parameters], new TrainingStage(options.Iterations, 1, () => Network is DdpmSampler ddpm
            ? new DdpmPretraining(_data, ddpm, options, generator)
            : new EdmPretraining(_data, (EdmSampler)Network, options, generator)))
        {
            CheckEvery = Math.Max(1, options.Iterations / CurvePoints),
        }.Run(p =>
        {
            curves.Add(p.Iteration, p.Metrics!.Values);
            progress?.Invoke(p);
        }, cancellation: cancellation);
        return curves;
    }

    /// <summary>The pretrained network as a sampler of T steps, which the caller disposes.</summary>
    /// <param name="steps">T, 2 or more.</param>
    public Sampler InSteps(int steps) => Network is DdpmSampler ddpm ? ddpm.Convert(steps) : ((EdmSampler)Network).Convert(EdmSampler.Karras(steps));

    /// <summary>Trains a few-step sampler with DxMI.</summary>
    /// <param name="sampler">From <see cref="InSteps"/>; changed.</param>
    /// <param name="progress">Told how far training is; may be null.</param>
    /// <param name="cancellation">Stops between two iterations.</param>
    /// <returns>Losses, energies, spread, sigmas and AVR variances; and where training diverged and why, or null.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public (TrainingCurves Curves, string? Divergence) Tune(Sampler sampler, Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        var shape = _settings.Shape;
        var device = _data.device;
        using var starts = new Generator((ulong)_settings.Seed);
        using var generator = DeviceGenerator(sampler.Steps);
        using var energy = new ConvolutionalEnergy(shape, s_scoreWidths, starts, device);
        using var value = new ValueNetwork(shape.Dimension, sampler.Steps, (layout, positions) => new ConvolutionalScore(layout, shape, s_scoreWidths, positions, device), starts, device);
        var options = Options(sampler.Steps);
        var curves = new TrainingCurves();
        DxmiTrainer? trainer = null;
        try
        {
            new TrainingRun(generator, "", [energy.Parameters, value.Parameters, sampler.Parameters, sampler.LogSigmas],
                new TrainingStage(options.Iterations, 1, () => trainer = new DxmiTrainer(_data, energy, value, sampler, options, generator)))
            {
                CheckEvery = Math.Max(1, options.Iterations / CurvePoints),
            }.Run(p =>
            {
                curves.Add(p.Iteration, [.. p.Metrics!.Values.Where(m => !m.Name.EndsWith("sigma", StringComparison.Ordinal)),
                    .. ByStep("sigma", sampler.LogSigmas.Flat.exp()), .. ByStep("AVR variance", trainer!.VelocityVariance)]);
                progress?.Invoke(p);
            }, cancellation: cancellation);
            return (curves, null);
        }
        catch (DivergedException e)
        {
            return (curves, e.What);
        }
    }

    static double Env(string n, double d) => Environment.GetEnvironmentVariable("T_" + n) is { } s ? double.Parse(s) : d;
    private DxmiOptions Options(int steps) => new()
    {
        Iterations = _settings.IterationsAt(steps),
        BatchSize = _settings.BatchSize,
        EntropyWeight = Env("tau1", 0.01),
        CostWeight = Env("tau2", 0.01),
        EnergyRegularization = Env("gamma", 1),
        SamplerRate = Env("pi", 1e-4),
        SigmaRate = Env("sig", 1e-3),
        ValueRate = Env("v", 1e-3),
        EnergyRate = Env("e", 3e-4),
        EnergyClip = Env("eclip", 1),
        SamplerClip = Env("clip", 0.1),
        SamplerSteps = (int)Env("ss", 2),
        FreeLastSteps = 1,
        FinalRate = 0.1,
        AverageDecay = Env("ema", 0.99),
        LargestSpread = 100,
    };

    // Batches and noise: a generator on the device; the same seed gives every phase draws of its own.
    private Generator DeviceGenerator(int phase) => new((ulong)(_settings.Seed * 1000 + phase), _data.device);

    private static IEnumerable<(string, double)> ByStep(string name, Tensor values)
    {
        using var scope = NewDisposeScope();
        return [.. values.detach().cpu().data<float>().ToArray().Select((v, t) => ($"{name} {t}", (double)v))];
    }

    /// <summary>Writes the pretrained network's parameters.</summary>
    public void Write(BinaryWriter writer) => writer.WriteTensor(Network.Parameters.Flat);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is of another network.</exception>
    public void Read(BinaryReader reader) => reader.ReadTensor(Network.Parameters.Flat);

    /// <summary>Releases the network.</summary>
    public void Dispose() => Network.Dispose();
}
