using System.Diagnostics;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Lab.Metrics;
using DxmiMlNet.Diffusion.Native;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Densities;

/// <summary>Trains a sampler, and with DxMI an energy, on a density of the plane, and measures both against it.</summary>
public static class DensityExperiment
{
    private const int TrainingPoints = 1_000_000, BatchSize = 256, PretrainingIterations = 3000, DdpmLevels = 1000;

    // The energy is as sharp as its rate lets it become in the time, but where it moves faster than the sampler can follow, the samples swing from mode
    // to mode and end on one. It is the sampler that lags: at 2e-3 a seed collapsed with the energy at 5e-5 (two sampler steps an iteration mended
    // it, two value steps did not); at 6e-3 the energy may learn at 1e-4. Its own rate rises slowly, while the samples are far from the data.
    private const double SamplerRate = 6e-3, ValueRate = 2e-3, WarmupShare = 0.3;

    // For any number of steps the energy must be slower, a sampler of T steps being trained in some iterations only: at 1e-4 it collapsed the samplers, with one energy for
    // all T the sampler of one step alone. Small batches and networks, for there is six times as much to learn in the time.
    private const int AnyStepBatchSize = 128;
    private const double AnyStepSamplerRate = 5e-3;

    // What is left of the swinging between modes at the end averages out over about 1000 iterations.
    private const double AverageDecay = 0.999;
    private const int CurvePoints = 200;

    // Of the conversion to one step. The energy's weight is in units of squared distance by energy.
    private const int ConversionBatchSize = 512;
    private const double ConversionEnergyWeight = 2;
    private static readonly int[] s_studentHidden = [192, 192, 192];

    /// <summary>Trains and measures; on the CPU, with as many threads as libtorch is set to (one is fastest).</summary>
    /// <param name="run">The settings.</param>
    /// <param name="progress">Told how far training is; may be null.</param>
    /// <param name="cancellation">Stops between two iterations.</param>
    /// <returns>The measurements, also of a run that diverged.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DensityResult Run(DensityRun run, Action<TrainingProgress>? progress = null, CancellationToken cancellation = default) => Run([run], null, progress, cancellation)[0];

    /// <summary>Trains once and measures in several ways.</summary>
    /// <param name="runs">Of one <see cref="DensityRun.ToTraining"/>.</param>
    /// <param name="checkpoint">Keeps the training: a stopped one goes on, and a finished one is not repeated. Null for none.</param>
    /// <param name="progress">Told how far training is; may be null.</param>
    /// <param name="cancellation">Stops between two iterations.</param>
    /// <returns>The measurements in the runs' order.</returns>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static DensityResult[] Run(IReadOnlyList<DensityRun> runs, ICheckpointStore? checkpoint, Action<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        TorchBackend.Require();   // before TorchSharp's first use: a program may begin with an experiment
        using var scope = NewDisposeScope();
        var first = runs[0];
        using var generator = new Generator((ulong)first.Seed);
        var density = Density.Named(first.Density);
        var data = density.Sample(TrainingPoints, generator);
        return first.IsDxmi ? RunDxmi(runs, density, data, generator, checkpoint, progress, cancellation) : [RunDdpm(first, density, data, generator, progress, cancellation)];
    }

    /// <summary>The median time of a DxMI iteration at T = 5 with the experiments' networks, in milliseconds.</summary>
    /// <param name="batchSize">Trajectories an iteration.</param>
    /// <param name="iterations">Iterations measured, after a tenth as many to warm up.</param>
    public static double MillisecondsPerIteration(int batchSize, int iterations = 100)
    {
        TorchBackend.Require();
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        var data = new EightGaussians().Sample(TrainingPoints, generator);
        using var networks = new DensityNetworks(new DensityRun { Density = "" }, generator);
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

    private static DxmiOptions Options(DensityRun run) => new()
    {
        Iterations = run.Iterations,
        BatchSize = run.IsAnyStep ? AnyStepBatchSize : BatchSize,
        EntropyWeight = run.Tau,
        CostWeight = run.Tau,
        Energy = new EnergyOptions { Rate = run.EnergyRate, Warmup = (int)(WarmupShare * run.Iterations) },
        Values = new ValueOptions { Rate = ValueRate, AdaptiveVelocity = run.HasAdaptiveVelocity },
        Sampler = new SamplerOptions { Rate = run.IsAnyStep ? AnyStepSamplerRate : SamplerRate },
        Guards = new GuardOptions { AverageDecay = AverageDecay },
    };

    private static DensityResult[] RunDxmi(IReadOnlyList<DensityRun> runs, Density density, Tensor data, Generator generator, ICheckpointStore? checkpoint,
        Action<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var run = runs[0].ToTraining();
        using var networks = new DensityNetworks(run, generator);
        var pretraining = new PretrainingOptions { Iterations = run.IsPretrained ? Math.Min(PretrainingIterations, run.Iterations) : 0, BatchSize = BatchSize };
        DxmiTrainer? trainer = null;
        var curves = new TrainingCurves();
        var training = new TrainingRun(generator, FormattableString.Invariant($"{run.Key}; {run.Iterations} iterations"), networks.Parameters,
            new TrainingStage(pretraining.Iterations, 1, () => networks.Pretraining(data, pretraining, generator)),
            new TrainingStage(run.Iterations, 2 * networks.Sampler(run.Steps).Steps, () => new RecordedPhase(trainer = networks.Trainer(data, Options(run), generator), curves)))
        {
            CheckEvery = Math.Max(1, run.Iterations / CurvePoints),
            KeepsCheckpoint = run.IsAnyStep,   // to be measured in another way without training again
        };
        string? divergence = null;
        try
        {
            training.Run(p =>
            {
                if (trainer is not null)
                    curves.Add(p, networks.Sampler(run.Steps), trainer);
                progress?.Invoke(p);
            }, checkpoint, cancellation);
        }
        catch (DivergedException e)
        {
            divergence = e.What;
        }
        return [.. runs.Select(measured => Measure(measured, density, networks, generator, cancellation) with { Curves = curves, Divergence = divergence })];
    }

    private static DensityResult Measure(DensityRun run, Density density, DensityNetworks networks, Generator draws, CancellationToken cancellation)
    {
        // What is measured of one training does not depend on what else is.
        using var own = run.IsAnyStep ? new Generator((ulong)(run.Seed * 1000 + run.Steps)) : null;
        var generator = own ?? draws;
        var sampler = networks.Sampler(run.Steps);
        if (!run.IsOneStep)
        {
            var guidance = run.Guidance == 0 ? null : new ValueGuidance(networks.Energy, networks.Value(run.Steps), run.Guidance);
            return DensityMeasurement.Of(density, sampler, networks.Energy, run.Points, generator, count => sampler.Sample(count, generator, guidance));
        }
        int iterations = ConversionShare(run.Iterations);
        using var student = new OneStepGenerator(2, run.Steps, s_studentHidden, generator, CPU);
        new TrainingRun(generator, run.Key, [student.Parameters], new TrainingStage(iterations, 1, () => new OneStepDistillation(sampler, networks.Energy, student, ConversionEnergyWeight,
            new PretrainingOptions { Iterations = iterations, BatchSize = ConversionBatchSize }, generator))).Run(cancellation: cancellation);
        return DensityMeasurement.Of(density, sampler, networks.Energy, run.Points, generator, count => student.Sample(count, generator));
    }

    private static int ConversionShare(int iterations) => Math.Max(1, iterations / 2);

    // A DDPM at T levels, or one of 1000 levels run in T steps at a converted schedule.
    private static DensityResult RunDdpm(DensityRun run, Density density, Tensor data, Generator generator, Action<TrainingProgress>? progress, CancellationToken cancellation)
    {
        using var trained = new DdpmSampler(2, DdpmSchedule(run.IsConverted ? DdpmLevels : run.Steps), DensityNetworks.Hidden, generator, CPU);
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
}
