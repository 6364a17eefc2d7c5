using DxmiMlNet.Diffusion;
using DxmiMlNet.Lab.Densities;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>Trains a sampler of images as a DDPM or an EDM, then with DxMI in few steps.</summary>
public sealed class PictureTraining : IDisposable
{
    private const int DdpmLevels = 1000, CurvePoints = 150, Snapshots = 16;
    private const double Tau = 1e-3, LeastNoise = 0.02;   // the noise that an EDM's last step removes; a DDPM's is 0.01
    private const double ContrastJitter = 0.15, BrightnessJitter = 0.15, PixelNoise = 0.05;   // of what the energy sees, in units of the data's deviation
    private const int ConversionPhase = 500;            // draws of its own: T is less
    private const double ConversionEnergyWeight = 1;    // in units of squared distance by energy
    private const double SamplerRate = 4e-4;   // by step: the steps share a network, and what changes it moves a sample T times

    private static readonly int[] s_widths = [16, 32, 64], s_valueWidths = [16, 32, 64], s_energyWidths = [32, 64, 64], s_studentWidths = [32, 64, 64];

    private readonly PictureStart _start;
    private readonly PictureSettings _settings;
    private readonly Tensor _data;   // [N, D], of mean 0 and variance 1
    private readonly double _mean, _deviation;

    /// <param name="start">What the sampler is pretrained as.</param>
    /// <param name="settings">Settings.</param>
    /// <param name="data">Training images, [N, D], about within -1 and 1; where they live, everything is computed.</param>
    public PictureTraining(PictureStart start, PictureSettings settings, Tensor data)
    {
        _start = start;
        _settings = settings;
        using var scope = NewDisposeScope();
        (_mean, _deviation) = (data.mean().item<float>(), data.std().item<float>());
        _data = data.Plus(-_mean).Times(1 / _deviation).DetachFromDisposeScope();
        using var generator = new Generator((ulong)settings.Seed);
        Network = start == PictureStart.Ddpm
            ? new DdpmSampler(settings.Shape.Dimension, NoiseSchedule.Linear(DdpmLevels), (layout, positions) => new UNet(layout, settings.Shape, s_widths, positions, data.device),
                generator, data.device, prediction: DdpmPrediction.Velocity)
            : new EdmSampler(settings.Shape, s_widths, EdmSampler.Karras(2), 1, generator, data.device);
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
        var options = new PretrainingOptions { Iterations = _settings.PretrainingIterations, BatchSize = 2 * _settings.BatchSize };
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
    public Sampler InSteps(int steps) => Network is DdpmSampler ddpm ? ddpm.Convert(steps) : ((EdmSampler)Network).Convert(EdmSampler.Karras(steps, LeastNoise));

    /// <summary>Draws images, [count, D], with the values' scale and shift of the training images: within the networks they have mean 0 and variance 1.</summary>
    /// <param name="sampler">From <see cref="InSteps"/>.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="generator">Draws the noise.</param>
    public Tensor Sample(Sampler sampler, int count, Generator generator) => Scaled(sampler.Sample(count, generator));

    /// <summary>Draws images in one step, [count, D].</summary>
    /// <param name="student">From <see cref="ToOneStep"/>.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="generator">Draws the noise.</param>
    public Tensor Sample(OneStepGenerator student, int count, Generator generator) => Scaled(student.Sample(count, generator));

    private Tensor Scaled(Tensor samples)
    {
        using var _ = samples;
        using var scaled = samples.Times(_deviation);
        return scaled.Plus(_mean);
    }

    /// <summary>Trains a few-step sampler with DxMI.</summary>
    /// <param name="sampler">From <see cref="InSteps"/>; changed. It ends as the one whose samples are nearest to the training images: of what it starts as and some moving averages over the training.</param>
    /// <param name="distance">The distance of the sampler's samples, as it is when this is called, from training images; NaN where they are no numbers. Never of held-out ones.</param>
    /// <param name="progress">Told how far training is; may be null.</param>
    /// <param name="cancellation">Stops between two iterations.</param>
    /// <returns>
    /// Losses, energies, spread, sigmas and AVR variances; where training diverged and why, or null; and the energy, which the caller disposes.
    /// </returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public (TrainingCurves Curves, string? Divergence, Energy Energy) Tune(Sampler sampler, Func<double> distance, Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        var shape = _settings.Shape;
        var device = _data.device;
        using var starts = new Generator((ulong)_settings.Seed);
        using var generator = DeviceGenerator(sampler.Steps);
        var network = new ConvolutionalEnergy(shape, s_energyWidths, starts, device);
        using var energy = new JitteredEnergy(network, ContrastJitter, BrightnessJitter, PixelNoise, generator);
        using var value = new ValueNetwork(shape.Dimension, sampler.Steps,
            (layout, positions) => new ConvolutionalScore(layout, shape, s_valueWidths, positions, device), starts, device);
        var options = Options(sampler.Steps);
        var curves = new TrainingCurves();
        PictureTrainer? trainer = null;
        using var best = new BestSampler(sampler, distance);
        int checkEvery = Math.Max(1, options.Iterations / CurvePoints), snapshotEvery = Math.Max(1, options.Iterations / checkEvery / Snapshots) * checkEvery;
        best.Offer();
        try
        {
            new TrainingRun(generator, "", [energy.Parameters, value.Parameters, sampler.Parameters, sampler.LogSigmas],
                new TrainingStage(options.Iterations, 1, () => trainer = new PictureTrainer(_data, energy, value, sampler, options, generator)))
            {
                CheckEvery = checkEvery,
            }.Run(p =>
            {
                if (p.Iteration % snapshotEvery == 0)
                    trainer!.WithAverages(best.Offer);
                curves.Add(p, sampler, trainer!);
                progress?.Invoke(p);
            }, cancellation: cancellation);
            best.Offer();
            best.Restore();
            return (curves, null, network);
        }
        catch (DivergedException e)
        {
            best.Restore();
            return (curves, e.What, network);
        }
    }

    /// <summary>Converts a tuned sampler into a one-step generator, which the caller disposes.</summary>
    /// <param name="sampler">From <see cref="Tune"/>; it stays as it is.</param>
    /// <param name="energy">From <see cref="Tune"/>; it stays as it is.</param>
    /// <param name="progress">Told how far it is; may be null.</param>
    /// <param name="cancellation">Stops between two iterations.</param>
    /// <exception cref="DivergedException">The loss is no number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public OneStepGenerator ToOneStep(Sampler sampler, Energy energy, Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var starts = new Generator((ulong)_settings.Seed);
        using var generator = DeviceGenerator(ConversionPhase);
        using var jittered = new JitteredEnergy(energy, ContrastJitter, BrightnessJitter, PixelNoise, generator);
        var student = new OneStepGenerator(sampler.Dimension, sampler.Steps,
            (layout, positions) => new UNet(layout, _settings.Shape, s_studentWidths, positions, _data.device, inputs: sampler.Steps + 1), starts, _data.device);
        var options = new PretrainingOptions { Iterations = _settings.ConversionIterations, BatchSize = _settings.BatchSize };
        new TrainingRun(generator, "", [student.Parameters],
            new TrainingStage(options.Iterations, 1, () => new OneStepDistillation(sampler, jittered, student, ConversionEnergyWeight, options, generator)))
            .Run(progress, cancellation: cancellation);
        return student;
    }

    /// <summary>Writes the pretrained network's parameters.</summary>
    public void Write(BinaryWriter writer) => writer.WriteTensor(Network.Parameters.Flat);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">It is of another network.</exception>
    public void Read(BinaryReader reader) => reader.ReadTensor(Network.Parameters.Flat);

    /// <summary>Releases the network.</summary>
    public void Dispose()
    {
        Network.Dispose();
        _data.Dispose();
    }

    // The energy learns fast: in a few hundred iterations it has to learn what a texture is, and gamma = 1 bounds it. What keeps it and the sampler from
    // swinging about each other, see PictureTrainer. tau is small beside the energy, and only so large that sigmas and velocities stay near where they
    // start: the running cost would rather leave noise in than remove it.
    private DxmiOptions Options(int steps) => new()
    {
        Iterations = _settings.IterationsAt(steps),
        BatchSize = _settings.BatchSize,
        EntropyWeight = Tau,
        CostWeight = Tau,
        Energy = new EnergyOptions { Rate = 5e-4, Clip = 1, Regularization = 1, GradientPenalty = 0.01 },
        Values = new ValueOptions { FreeLastSteps = 1 },   // the last step only removes noise too faint to see, from a DDPM as from an EDM
        Sampler = new SamplerOptions { Rate = SamplerRate / steps, SigmaRate = 1e-3 },
        Guards = new GuardOptions
        {
            FinalRate = 0.1,
            AverageDecay = 0.99,
            Momentum = 0.5,
            SmallestSpread = 0.01,    // few steps of a network that knows little leave little, or overshoot
            LargestSpread = 100,
        },
    };

    // Batches and noise: a generator on the device; the same seed gives every phase draws of its own.
    private Generator DeviceGenerator(int phase) => new((ulong)(_settings.Seed * 1000 + phase), _data.device);
}
