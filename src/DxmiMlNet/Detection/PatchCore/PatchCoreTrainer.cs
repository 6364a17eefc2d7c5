using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Onnx;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Detection.PatchCore;

/// <summary>
/// Memorises patches of good parts; a patch is as anomalous as it is far from the nearest of them (Roth et al., Towards Total Recall in
/// Industrial Anomaly Detection, CVPR 2022).
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Anomaly detection |
/// | Is normalization required? | No |
/// | Is caching required? | No (the data is read once) |
/// | Required NuGet in addition to Microsoft.ML | DxmiMlNet |
/// | Exportable to ONNX | Yes, behind `ExtractPatchFeatures`: `mlContext.Model.ConvertToOnnx(chain, path)` |
///
/// **Algorithm.** Of a uniform sample of all patches, greedy k-center selection on randomly projected features keeps a coreset M.
/// The map is d(x) = min over m in M of |x - m|, the score its maximum d(x*). With b neighbours it is d(x*) w, m* the memory nearest to x*,
/// w = 1 - exp |x* - m*| / sum over the b nearest neighbours m of m* in M of exp |x* - m| (equation 7; the authors' own code leaves w out). Features are expected to be averaged over their
/// neighbourhood already, as those of ExtractPatchFeatures are. Unlike the paper, map and score are not smoothed at the image's resolution.
/// ]]></format>
/// </remarks>
public sealed partial class PatchCoreTrainer : DetectionTrainer<PatchCoreTrainer.Options>
{
    internal PatchCoreTrainer(IHostEnvironment env, Options options)
        : base(env, options)
    {
    }

    private protected override FittedDetector Learn(FeatureRows rows, DataViewSchema.Column features, (int Height, int Width, int Channels) grid, PhaseLog log)
    {
        var phases = new PhaseClock(log);
        double readShare = Settings.Standardise ? 0.3 : 0.5;
        var reservoir = new PatchReservoir(Settings.MaximumPatches, grid.Channels, Seed);
        using var stored = Read(rows, grid, (row, patches, ignored) =>
        {
            reservoir.Offer(row, patches, ignored);
            phases.Report("reading features", row + 1, rows.Expected, 0, readShare);
        });
        FeatureRows.RequireCount(reservoir.Count, 1);

        var sample = reservoir.ToArray();
        int[] chosen = Choose(sample, grid.Channels, reservoir.Seen, done => phases.Report("choosing patches", done.Done, done.All, readShare, Settings.Standardise ? 0.6 : 1));
        var standard = stored is null ? null : Standard(stored, grid, sample, chosen, reservoir, done => phases.Report("scoring held-back rows", done, stored.Count, 0.6, 1));
        int size = chosen.Length, neighbours = size < 2 || standard is not null ? 0 : Math.Min(Settings.Neighbours, size);
        return new FittedDetector(PatchCoreGraph.Write(grid, Memorised(sample, grid.Channels, chosen), neighbours, rows.IgnoredColumnName is not null, standard),
            $"PatchCore with {size} of {reservoir.Seen} patches, " + (standard is null ? $"re-weighted by {neighbours} neighbours" : "standardised") + $", seed {Seed}");
    }

    // Kept only where they are passed over again.
    private StoredRows? Read(FeatureRows rows, (int Height, int Width, int Channels) grid, Action<int, float[], bool[]?> visit)
    {
        if (Settings.Standardise)
            return StoredRows.Read(rows, grid.Height * grid.Width * grid.Channels, visit, Settings.Cancellation);
        rows.ForEach(visit, Settings.Cancellation);
        return null;
    }

    /// <summary>Which patches of the sample are memorised.</summary>
    private int[] Choose(float[] sample, int channels, long patches, Action<(int Done, int All)> report)
    {
        int available = sample.Length / channels;
        int size = (int)Math.Clamp(Math.Round(Settings.CoresetShare * patches), 1, Math.Min(Settings.MaximumBankSize, available));
        var random = new Random(Seed);
        var (projected, dimension) = Coreset.Project(sample, channels, Settings.ProjectedDimension, random, Settings.Threads);
        return Coreset.Choose(projected, dimension, size, random.Next(available), Settings.Threads, done =>
        {
            Settings.Cancellation.ThrowIfCancellationRequested();
            report((done, size));
        });
    }

    /// <summary>The chosen patches, whole, [M, C].</summary>
    private static float[] Memorised(float[] sample, int channels, IReadOnlyList<int> chosen)
    {
        var bank = new float[chosen.Count * channels];
        for (int m = 0; m < chosen.Count; m++)
            sample.AsSpan(chosen[m] * channels, channels).CopyTo(bank.AsSpan(m * channels));
        return bank;
    }

    /// <summary>Every row is scored without what was memorised from its own block: the bank stays whole, and no row has seen itself.</summary>
    private MapStandard Standard(StoredRows stored, (int Height, int Width, int Channels) grid, float[] sample, int[] chosen, PatchReservoir reservoir, Action<int> report)
    {
        var blocks = new RowBlocks(stored.Count);
        var sessions = Enumerable.Range(0, RowBlocks.Count).Select(block =>
        {
            int[] others = [.. chosen.Where(i => !blocks.CanHoldBack || blocks.Of(reservoir.Origin(i).Row) != block)];
            return new OnnxSession(PatchCoreGraph.Write(grid, Memorised(sample, grid.Channels, others.Length > 0 ? others : chosen), 0, false, null), "The memory without a block");
        }).ToArray();
        try
        {
            var maps = MapStandard.Maps(stored, row =>
            {
                report(row + 1);
                return sessions[blocks.Of(row)];
            }, grid, Settings.Cancellation);
            return MapStandard.Of(maps, grid.Height, grid.Width);
        }
        finally
        {
            foreach (var session in sessions)
                session.Dispose();
        }
    }
}
