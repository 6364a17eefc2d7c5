using System.Runtime.InteropServices;
using DxmiMlNet.Columns;
using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Diffusion;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using DxmiMlNet.Detection.Dxmi.Sampling;
using DxmiMlNet.Files;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Dxmi;

/// <summary>One training: two passes over the features, then energy, sampler and DxMI; ends as an ONNX graph.</summary>
internal sealed class DxmiTraining(DxmiAnomalyTrainer.Options options, int seed, (int Height, int Width, int Channels) grid, FeatureTap[] taps, PhaseLog log)
{
    // Reading the features takes about as long as training on them; the bar need not be exact.
    private const double ReadingShare = 0.4;

    private readonly ProgressClock _clock = new();

    private int Positions => grid.Height * grid.Width;

    public FittedDetector Run(FeatureRows rows)
    {
        TorchDevice.Of(options.Device);   // before minutes of reading
        int threads = get_num_threads();
        set_num_threads(options.Threads);
        try
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator((ulong)seed);
            var projection = Project(rows, out int count, out double inspected);
            var (whitening, patches) = Whiten(rows, count, projection);
            log.Note($"Whitening {whitening.Choice}; {patches.shape[0]} patches of {count} good rows.");
            int pooled = Math.Clamp((int)Math.Round(options.PooledShare * inspected), 1, Positions);
            var (graph, sampler) = Train(patches, generator, energy => DxmiGraph.Write(
                grid.Height, grid.Width, projection, whitening, energy, pooled, rows.IgnoredColumnName is not null));
            return new FittedDetector(graph,
                $"Anchored energy of {projection.Components} components, whitening {whitening.Choice}, DxMI with {options.Steps} steps, seed {seed}",
                sampler is null ? null : new DxmiSampler(grid, PatchSpace.Of(projection, whitening), sampler).ToAttachment());
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    // First pass: principal components, and how many patches of a row are inspected on the average.
    private PatchProjection Project(FeatureRows rows, out int count, out double inspected)
    {
        using var moments = new PatchProjection.Moments(taps);
        int seen = 0;
        count = rows.ForEach((row, features, ignored) =>
        {
            moments.Add(features, ignored);
            seen = row + 1;
            Report("reading features", seen, seen, 0);
        }, options.Cancellation);
        FeatureRows.RequireCount(count, 2);
        inspected = (double)moments.Count / count;
        return moments.Fit(options.Components);
    }

    // Second pass: statistics by position, and a uniform sample of patches, whitened.
    private (PatchWhitening Whitening, Tensor Patches) Whiten(FeatureRows rows, int count, PatchProjection projection)
    {
        using var scope = NewDisposeScope();
        using var learned = new PositionMoments(grid.Height, grid.Width, projection.Components);
        using var heldBack = new PositionMoments(grid.Height, grid.Width, projection.Components);
        var sample = Sample(rows, count, projection, learned, heldBack);
        var choice = WhiteningChoice.Of(learned, heldBack.Rows, sample, options.Whitening);
        learned.Add(heldBack);
        var whitening = choice.Fit(learned);
        sample.Whiten(whitening);
        return (whitening, sample.Patches.MoveToOuterDisposeScope());
    }

    private PatchSample Sample(FeatureRows rows, int count, PatchProjection projection, PositionMoments learned, PositionMoments heldBack)
    {
        int components = projection.Components;
        var reservoir = new PatchReservoir(options.MaximumPatches, components, seed);
        var mean = tensor(projection.Mean);
        var scale = tensor(projection.Scale);
        var basis = tensor(projection.Basis, [projection.Channels, components]);
        rows.ForEach((row, features, ignored) =>
        {
            using var inner = NewDisposeScope();
            var projected = tensor(features, [Positions, grid.Channels]).Minus(mean).mul(scale).mm(basis);   // [P, K]
            (WhiteningChoice.IsHeldBack(row, count) ? heldBack : learned).Add(projected, ignored);
            reservoir.Offer(row, MemoryMarshal.Cast<byte, float>(projected.bytes), ignored);
            Report("reading features again", row + 1, count, 1);
        }, options.Cancellation);

        var origins = Enumerable.Range(0, reservoir.Count).Select(reservoir.Origin).ToArray();
        return new PatchSample(tensor(reservoir.ToArray(), [reservoir.Count, components]),
            [.. origins.Select(o => (long)o.Position)], [.. origins.Select(o => WhiteningChoice.IsHeldBack(o.Row, count))]);
    }

    private (byte[] Graph, SamplerNetwork? Sampler) Train(Tensor patches, Generator generator, Func<AnchoredEnergy, byte[]> write)
    {
        var device = TorchDevice.Of(options.Device);
        using var scope = NewDisposeScope();
        var data = patches.to(device);
        int dimension = (int)data.shape[1];
        // Start values are drawn from a CPU generator on every device; batches and noise from one on the device.
        using var deviceGenerator = device.type == DeviceType.CPU ? null : new Generator((ulong)seed, device);
        var draws = deviceGenerator ?? generator;
        using var energy = new AnchoredEnergy(dimension, options.HiddenSizes, generator, device, Gaussian.Fit(data));
        using var value = new ValueNetwork(dimension, options.Steps, options.HiddenSizes, generator, device);
        using var sampler = new DdpmSampler(dimension, NoiseSchedule.Short(options.Steps, options.SignalAtStart), options.HiddenSizes, generator, device);

        var energyPretraining = new PretrainingOptions { Iterations = options.EnergyPretrainingIterations, BatchSize = options.BatchSize };
        var samplerPretraining = new PretrainingOptions { Iterations = options.SamplerPretrainingIterations, BatchSize = options.BatchSize };
        var dxmi = new DxmiOptions
        {
            Iterations = options.Iterations,
            BatchSize = options.BatchSize,
            EntropyWeight = options.Tau,
            CostWeight = options.Tau,
            Energy = new EnergyOptions { Rate = options.EnergyRate, GradientPenalty = options.GradientPenalty },
            Values = new ValueOptions { Rate = options.SamplerRate },
            Sampler = new SamplerOptions { Rate = options.SamplerRate, PartwayShare = options.PartwayShare },
        };
        var run = new TrainingRun(draws, Fingerprint(data), [energy.Parameters, value.Parameters, sampler.Parameters, sampler.LogSigmas],
            new TrainingStage(energyPretraining.Iterations, 1, () => new NoiseContrastPretraining(data, energy, options.NoiseLevels, energyPretraining, draws)),
            new TrainingStage(samplerPretraining.Iterations, 1, () => new DdpmPretraining(data, sampler, samplerPretraining, draws)),
            new TrainingStage(dxmi.Iterations, options.Steps + 1, () => new DxmiTrainer(data, energy, value, sampler, dxmi, draws)))
        {
            KeepsCheckpoint = options.KeepsCheckpoint,
        };
        var checkpoint = options.CheckpointPath is { } path ? new FileCheckpointStore(path) : null;
        run.Run(p => log.Report(p with
        {
            Fraction = ReadingShare + (1 - ReadingShare) * p.Fraction,
            Elapsed = _clock.Elapsed,
        }), checkpoint, options.Cancellation);
        using var _ = no_grad();
        return (write(energy), options.KeepSampler ? SamplerNetwork.Of(sampler) : null);
    }

    // Settings and data that a checkpoint belongs to: the same fingerprint means the same model.
    private string Fingerprint(Tensor data)
        => FormattableString.Invariant($"dxmi 3; data {data.shape[0]} x {data.shape[1]} {data.to(ScalarType.Float64).Squared().sum().item<double>():R}; seed {seed}; threads {options.Threads}; {options.Device}; ")
            + FormattableString.Invariant($"{string.Join('-', options.HiddenSizes)}; {options.Steps} {options.SignalAtStart:R}; ")
            + FormattableString.Invariant($"{options.EnergyPretrainingIterations} {string.Join('-', options.NoiseLevels)} {options.SamplerPretrainingIterations} {options.Iterations} {options.BatchSize}; ")
            + FormattableString.Invariant($"{options.Tau:R} {options.EnergyRate:R} {options.SamplerRate:R} {options.PartwayShare:R} {options.GradientPenalty:R}");

    private void Report(string phase, int done, int total, int pass)
    {
        double fraction = ReadingShare * (pass + (pass == 0 ? 0 : (double)done / total)) / 2;
        log.Report(new TrainingProgress(phase, done, total, fraction, _clock.Elapsed, _clock.Remaining(fraction), null));
    }
}
