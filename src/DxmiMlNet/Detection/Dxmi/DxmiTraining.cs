using System.Runtime.InteropServices;
using DxmiMlNet.Detection.Dxmi.Sampling;
using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Diffusion;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using DxmiMlNet.Files;
using DxmiMlNet.Pipeline;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Dxmi;

/// <summary>One training: statistics of the features, the bank, then energy and sampler by DxMI; ends as an ONNX graph.</summary>
internal sealed class DxmiTraining(DxmiAnomalyTrainer.Options options, int seed, (int Height, int Width, int Channels) grid, PhaseLog log)
{
    // Shares of the whole that are done when a part begins; the bar need not be exact.
    private const double Gathering = 0.3, Choosing = 0.35, Learning = 0.45, Scoring = 0.9;

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
            using var moments = new PatchProjection.Moments(grid.Channels);
            using var stored = StoredRows.Read(rows, Positions * grid.Channels, (row, features, ignored) =>
            {
                moments.Add(features, ignored);
                Report("reading features", row + 1, rows.Expected ?? row + 1, 0, Gathering);
            }, options.Cancellation);
            FeatureRows.RequireCount(stored.Count, 2);
            var projection = moments.Fit(options.Components);
            var blocks = new RowBlocks(stored.Count);

            var (sample, rowOf, learned) = Gather(stored, projection, blocks);
            using var _ = learned;
            var whitening = WhiteningChoice.Of(learned, sample, options.Whitening).Fit(learned);
            var bank = PatchBank.Choose([.. sample.Patches.data<float>()], i => blocks.Of(rowOf[i]), projection, options.BankSize, seed, options.Threads, done =>
            {
                options.Cancellation.ThrowIfCancellationRequested();
                Report("choosing patches", done, options.BankSize, Choosing, Learning);
            });
            log.Note($"Whitening {whitening.Choice}; bank of {bank.Blocks.Length} of {sample.Positions.Length} patches, of {stored.Count} good rows.");

            var data = Whitened(sample, whitening, bank);
            using var energy = Energy(generator, data);
            var sampler = Train(data, energy, generator);
            string learnedPart = "no learned part";
            bool keeps = false;
            if (options.Iterations + options.EnergyPretrainingIterations > 0)
            {
                var (helps, anchor, own) = LearnedPart.Prove(energy, sample, whitening, generator);
                keeps = helps || !options.ProvesLearnedPart;
                learnedPart = FormattableString.Invariant($"learned part {(keeps ? "kept" : "left out")} (flaws told apart {own:0.0000}, by the anchor alone {anchor:0.0000})");
            }
            var maps = Scale(stored, projection, whitening, bank, keeps ? energy : null, blocks);
            using var noGrad = no_grad();
            var graph = DxmiGraph.Write(grid.Height, grid.Width, PatchSpace.Of(projection, whitening), bank, keeps ? energy : null, maps, rows.IgnoredColumnName is not null);
            return new FittedDetector(graph,
                $"Bank of {bank.Blocks.Length} patches and anchored energy of {projection.Components} components, whitening {whitening.Choice}, "
                    + $"DxMI with {options.Steps} steps, {learnedPart}, seed {seed}",
                sampler is null ? null : DxmiSampler.ToAttachment(sampler));
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    // A uniform sample of patches as components, and the moments by position of the rows that are not held back.
    private (PatchSample Sample, int[] RowOf, PositionMoments Learned) Gather(StoredRows stored, PatchProjection projection, RowBlocks blocks)
    {
        int k = projection.Components;
        var reservoir = new PatchReservoir(options.MaximumPatches, k, seed);
        var learned = new PositionMoments(grid.Height, grid.Width, k);
        ForEachComponents(stored, projection, (row, components, ignored) =>
        {
            if (!blocks.IsHeldBack(row))
                learned.Add(components, ignored);
            reservoir.Offer(row, MemoryMarshal.Cast<byte, float>(components.bytes), ignored);
            Report("gathering patches", row + 1, stored.Count, Gathering, Choosing);
        });
        var origins = Enumerable.Range(0, reservoir.Count).Select(reservoir.Origin).ToArray();
        return (new PatchSample(tensor(reservoir.ToArray(), [reservoir.Count, k]), [.. origins.Select(o => (long)o.Position)], [.. origins.Select(o => blocks.IsHeldBack(o.Row))]),
            [.. origins.Select(o => o.Row)], learned);
    }

    // Components of every row, [P, K], in a dispose scope of their own.
    private void ForEachComponents(StoredRows stored, PatchProjection projection, Action<int, Tensor, bool[]?> visit)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var mean = tensor(projection.Mean);
        var basis = tensor(projection.Basis, [projection.Channels, projection.Components]);
        stored.ForEach((row, features, ignored) =>
        {
            using var inner = NewDisposeScope();
            visit(row, tensor(features, [Positions, grid.Channels]).Minus(mean).mm(basis), ignored);
        }, options.Cancellation);
    }

    /// <summary>
    /// What energy and sampler are trained on: whitened patches of the rows that are not held back, [N, K]. A share is drawn by coverage, one cell of the
    /// bank as often as any other: rare normal patches would be lost among the many that look alike.
    /// </summary>
    private Tensor Whitened(PatchSample sample, PatchWhitening whitening, PatchBank bank)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var search = bank.Open();
        var random = new Random(seed);
        int[] own = [.. Enumerable.Range(0, sample.Positions.Length).Where(i => !sample.IsHeldBack[i])];
        var cellOf = new long[sample.Positions.Length];
        int at = 0;
        PatchBlocks.ForEach(sample.Patches, tensor(sample.Positions), (block, _) =>
        {
            foreach (long cell in search.Nearest(block).data<long>())
                cellOf[at++] = cell;
        });
        int[][] cells = [.. own.GroupBy(i => cellOf[i]).OrderBy(g => g.Key).Select(g => g.ToArray())];
        long[] drawn = [.. own.Select(i =>
        {
            if (random.NextDouble() >= options.CoverageShare)
                return (long)i;
            var cell = cells[random.Next(cells.Length)];
            return cell[random.Next(cell.Length)];
        })];
        var patches = sample.Patches.index_select(0, tensor(drawn));
        var (mean, transform) = whitening.ToTensors();
        PatchBlocks.ForEach(patches, tensor(Array.ConvertAll(drawn, i => sample.Positions[i])), (block, positions) =>
            block.copy_(PatchBlocks.Whitened(block, positions, mean, transform)));
        return patches.MoveToOuterDisposeScope();
    }

    // Scale and pooling from rows that were held back: of the bank each row without its own block's patches, of the energy the last block, which it has not
    // seen. Neither is fitted again with all rows: a scale measured on another energy would not be its own.
    private FittedMaps Scale(StoredRows stored, PatchProjection projection, PatchWhitening whitening, PatchBank bank, AnchoredEnergy? energy, RowBlocks blocks)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var search = bank.Open();
        var (mean, transform) = whitening.ToTensors();
        var (near, own) = (new List<HeldBackMap>(), new List<HeldBackMap>());
        ForEachComponents(stored, projection, (row, components, ignored) =>
        {
            bool[]? copy = ignored is null ? null : [.. ignored];
            near.Add(new HeldBackMap([.. search.Distances(components, blocks.Of(row)).data<float>()], copy));
            if (blocks.Standardises(row))
            {
                var z = components.Minus(mean).unsqueeze(1).bmm(transform).squeeze(1);
                var map = energy is null ? (z * z).mean([-1L]).sqrt() : LearnedPart.Maps(energy, z.to(energy.Parameters.Flat.device)).Learned;
                own.Add(new HeldBackMap([.. map.cpu().data<float>()], copy));
            }
            Report("scoring held-back rows", row + 1, stored.Count, Scoring, 1);
        });
        return FittedMaps.Of(near, own, options.BankWeight, options.PooledShares, grid.Height, grid.Width);
    }

    private AnchoredEnergy Energy(Generator generator, Tensor data) => new((int)data.shape[1], options.EnergyHiddenSizes, generator, TorchDevice.Of(options.Device));

    private SamplerNetwork? Train(Tensor patches, AnchoredEnergy energy, Generator generator)
    {
        if (options.Iterations + options.EnergyPretrainingIterations == 0 && !options.KeepSampler)
            return null;
        var device = TorchDevice.Of(options.Device);
        using var scope = NewDisposeScope();
        var data = patches.to(device);
        int dimension = (int)data.shape[1];
        // Start values are drawn from a CPU generator on every device; batches and noise from one on the device.
        using var deviceGenerator = device.type == DeviceType.CPU ? null : new Generator((ulong)seed, device);
        var draws = deviceGenerator ?? generator;
        using var networks = new DxmiNetworks(options, dimension, generator, device);

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
        var run = new TrainingRun(draws, Fingerprint(data), [energy.Parameters, .. networks.Parameters],
            new TrainingStage(energyPretraining.Iterations, 1, () => new NoiseContrastPretraining(data, energy, options.NoiseLevels, energyPretraining, draws)),
            new TrainingStage(samplerPretraining.Iterations, 1, () => networks.Pretraining(data, samplerPretraining, draws)),
            new TrainingStage(dxmi.Iterations, options.Steps + 1, () => networks.Trainer(data, energy, dxmi, draws)))
        {
            KeepsCheckpoint = options.KeepsCheckpoint,
        };
        var checkpoint = options.CheckpointPath is { } path ? new FileCheckpointStore(path) : null;
        run.Run(p => log.Report(p with
        {
            Fraction = Learning + (Scoring - Learning) * p.Fraction,
            Elapsed = _clock.Elapsed,
        }), checkpoint, options.Cancellation);
        return options.KeepSampler ? networks.Numbers() : null;
    }

    // Settings and data that a checkpoint belongs to: the same fingerprint means the same model.
    private string Fingerprint(Tensor data)
        => FormattableString.Invariant($"dxmi 5; data {data.shape[0]} x {data.shape[1]} {data.to(ScalarType.Float64).Squared().sum().item<double>():R}; seed {seed}; threads {options.Threads}; {options.Device}; ")
            + FormattableString.Invariant($"{string.Join('-', options.EnergyHiddenSizes)} {string.Join('-', options.HiddenSizes)}; {options.Steps} {options.AnyStep} {options.SignalAtStart:R}; ")
            + FormattableString.Invariant($"{options.EnergyPretrainingIterations} {string.Join('-', options.NoiseLevels)} {options.SamplerPretrainingIterations} {options.Iterations} {options.BatchSize}; ")
            + FormattableString.Invariant($"{options.Tau:R} {options.EnergyRate:R} {options.SamplerRate:R} {options.PartwayShare:R} {options.GradientPenalty:R}");

    private void Report(string phase, int done, int total, double from, double to)
    {
        double fraction = from + (to - from) * Math.Min(1, (double)done / total);
        log.Report(new TrainingProgress(phase, done, total, fraction, _clock.Elapsed, _clock.Remaining(fraction), null));
    }
}
