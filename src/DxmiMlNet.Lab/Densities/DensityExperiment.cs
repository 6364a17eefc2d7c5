using System.Diagnostics;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Lab.Metrics;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Densities;

/// <summary>Trains a sampler, and with DxMI an energy, on a density of the plane, and measures both against it.</summary>
public static class DensityExperiment
{
    private const int TrainingPoints = 1_000_000, BatchSize = 256, PretrainingIterations = 3000, DdpmLevels = 1000, FourierFeatures = 32;
    private const double InitialSigma = 0.3;

    // The energy is as sharp as its rate lets it become in the time, but where it moves faster than the sampler can follow, the samples swing from mode
    // to mode and end on one. It is the sampler that lags: at 2e-3 a seed collapsed with the energy at 5e-5 (two sampler steps an iteration mended
    // it, two value steps did not); at 6e-3 the energy may learn at 1e-4. Its own rate rises slowly, while the samples are far from the data.
    private const double SamplerRate = 6e-3, ValueRate = 2e-3, WarmupShare = 0.3;

    // What is left of the swinging between modes at the end averages out over about 1000 iterations.
    private const double AverageDecay = 0.999;
    private const int CurvePoints = 200;

    private static readonly int[] s_hidden = [128, 128, 128], s_energyHidden = [64, 64];

    /// <summary>Trains and measures; on the CPU, with as many threads as libtorch is set to (one is fastest).</summary>
    /// <param name="run">The settings.</param>
    /// <param name="progress">Told how far training is; may be null.</param>
    /// <param name="cancellation">Stops between two iterations.</param>
    /// <returns>The measurements, also of a run that diverged.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DensityResult Run(DensityRun run, Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)run.Seed);
        var density = Density.Named(run.Density);
        var data = density.Sample(TrainingPoints, generator);
        return run.IsDxmi ? RunDxmi(run, density, data, generator, progress, cancellation) : RunDdpm(run, density, data, generator, progress, cancellation);
    }

    /// <summary>The median time of a DxMI iteration at T = 5 with the experiments' networks, in milliseconds.</summary>
    /// <param name="batchSize">Trajectories an iteration.</param>
    /// <param name="iterations">Iterations measured, after a tenth as many to warm up.</param>
    public static double MillisecondsPerIteration(int batchSize, int iterations = 100)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var data = new EightGaussians().Sample(TrainingPoints, generator);
        using var networks = new Networks(new DensityRun { Density = "" }, generator);
        using var trainer = networks.Trainer(data, new DxmiOptions { BatchSize = batchSize }, generator);
        var times = new double[iterations];
        int warmUp = iterations / 10 + 1;
        for (int i = 0; i < iterations + warmUp; i++)
        {
            long start = Stopwatch.GetTimestamp();
            trainer.Iterate(i);
            if (i >= warmUp)
                times[i - warmUp] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        return Median.Of(times)!.Value;
    }

    private static DensityResult RunDxmi(DensityRun run, Density density, Tensor data, Generator generator, Action<TrainingProgress>? progress, CancellationToken cancellation)
    {
        using var networks = new Networks(run, generator);
        var options = new DxmiOptions
        {
            Iterations = run.Iterations,
            BatchSize = BatchSize,
            EntropyWeight = run.Tau,
            CostWeight = run.Tau,
            Energy = new EnergyOptions { Rate = run.EnergyRate, Warmup = (int)(WarmupShare * run.Iterations) },
            Values = new ValueOptions { Rate = ValueRate, AdaptiveVelocity = run.HasAdaptiveVelocity },
            Sampler = new SamplerOptions { Rate = SamplerRate },
            Guards = new GuardOptions { AverageDecay = AverageDecay },
        };
        var pretraining = new PretrainingOptions { Iterations = run.IsPretrained ? Math.Min(PretrainingIterations, run.Iterations) : 0, BatchSize = BatchSize };
        DxmiTrainer? trainer = null;
        var curves = new TrainingCurves();
        var training = new TrainingRun(generator, run.Key, [networks.Energy.Parameters, networks.Value.Parameters, networks.Sampler.Parameters, networks.Sampler.LogSigmas],
            new TrainingStage(pretraining.Iterations, 1, () => new DdpmPretraining(data, networks.Sampler, pretraining, generator)),
            new TrainingStage(run.Iterations, 2 * run.Steps, () => trainer = networks.Trainer(data, options, generator)))
        {
            CheckEvery = Math.Max(1, run.Iterations / CurvePoints),
        };
        string? divergence = null;
        try
        {
            training.Run(p =>
            {
                if (trainer is not null)
                    curves.Add(p, networks.Sampler, trainer);
                progress?.Invoke(p);
            }, cancellation: cancellation);
        }
        catch (DivergedException e)
        {
            divergence = e.What;
        }
        return DensityMeasurement.Of(density, networks.Sampler, networks.Energy, run.Points, generator) with { Curves = curves, Divergence = divergence };
    }

    // A DDPM at T levels, or one of 1000 levels run in T steps at a converted schedule.
    private static DensityResult RunDdpm(DensityRun run, Density density, Tensor data, Generator generator, Action<TrainingProgress>? progress, CancellationToken cancellation)
    {
        using var trained = new DdpmSampler(2, DdpmSchedule(run.IsConverted ? DdpmLevels : run.Steps), s_hidden, generator, CPU);
        var curves = new TrainingCurves();
        var training = new TrainingRun(generator, run.Key, [trained.Parameters],
            new TrainingStage(run.Iterations, 1, () => new DdpmPretraining(data, trained, new PretrainingOptions { Iterations = run.Iterations, BatchSize = BatchSize }, generator)))
        {
            CheckEvery = Math.Max(1, run.Iterations / CurvePoints),
        };
        training.Run(p =>
        {
            curves.Add(p.Iteration, p.Metrics!.Values);
            progress?.Invoke(p);
        }, cancellation: cancellation);
        using var converted = run.IsConverted ? trained.Convert(run.Steps) : null;
        return DensityMeasurement.Of(density, converted ?? trained, null, run.Points, generator) with { Curves = curves };
    }

    // DDPM's schedule, its betas scaled to the number of levels; so few that those would exceed 1 need the even one.
    private static NoiseSchedule DdpmSchedule(int levels)
    {
        double scale = (double)DdpmLevels / levels;
        return levels >= 50 ? NoiseSchedule.Linear(levels, 1e-4 * scale, 0.02 * scale) : NoiseSchedule.Even(levels);
    }

    private sealed class Networks : IDisposable
    {
        public Networks(DensityRun run, Generator generator)
        {
            Value = new ValueNetwork(2, run.Steps, s_hidden, generator, CPU, holdsEnergy: run.IsSingleNetwork);
            Energy = Value.Energy ?? new FreeEnergy(2, s_energyHidden, generator, CPU, FourierFeatures);
            Sampler = new DdpmSampler(2, NoiseSchedule.Even(run.Steps), s_hidden, generator, CPU, run.IsPretrained ? null : InitialSigma);
        }

        public ValueNetwork Value { get; }
        public Energy Energy { get; }
        public DdpmSampler Sampler { get; }

        public DxmiTrainer Trainer(Tensor data, DxmiOptions options, Generator generator) => Energy == Value.Energy
            ? new SingleNetworkTrainer(data, Value, Sampler, options, generator)
            : new DxmiTrainer(data, Energy, Value, Sampler, options, generator);

        public void Dispose()
        {
            Energy.Dispose();
            Value.Dispose();
            Sampler.Dispose();
        }
    }
}
