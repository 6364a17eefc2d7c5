using DxmiMlNet.Detection.Parts;
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
/// | Exportable to ONNX | Yes (the fitted transformer holds an ONNX graph) |
///
/// **Algorithm.** Of a uniform sample of all patches, greedy k-center selection on randomly projected features keeps a coreset M.
/// The map is d(x) = min over m in M of |x - m|. The score is d(x*) w, x* the patch of the map's maximum, m* its nearest memory,
/// w = 1 - exp |x* - m*| / sum over the b nearest neighbours m of m* in M of exp |x* - m|. Features are expected to be averaged over their
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
        var reservoir = new PatchReservoir(Settings.MaximumPatches, grid.Channels, Seed);
        rows.ForEach((row, patches, ignored) =>
        {
            reservoir.Offer(row, patches, ignored);
            phases.Report("reading features", row + 1, rows.Expected, 0, 0.5);
        }, Settings.Cancellation);
        FeatureRows.RequireCount(reservoir.Count, 1);

        var bank = Memorise(reservoir.ToArray(), grid.Channels, reservoir.Seen, phases);
        int size = bank.Length / grid.Channels;
        int neighbours = size < 2 ? 0 : Math.Min(Settings.Neighbours, size);
        return new FittedDetector(PatchCoreGraph.Write(grid, bank, neighbours, rows.IgnoredColumnName is not null),
            $"PatchCore with {size} of {reservoir.Seen} patches, re-weighted by {neighbours} neighbours, seed {Seed}");
    }

    /// <summary>The chosen patches, whole, [M, C].</summary>
    private float[] Memorise(float[] sample, int channels, long patches, PhaseClock phases)
    {
        int available = sample.Length / channels;
        int size = (int)Math.Clamp(Math.Round(Settings.CoresetShare * patches), 1, Math.Min(Settings.MaximumBankSize, available));
        var random = new Random(Seed);
        var (projected, dimension) = Coreset.Project(sample, channels, Settings.ProjectedDimension, random, Settings.Threads);
        int[] chosen = Coreset.Choose(projected, dimension, size, random.Next(available), Settings.Threads, done =>
        {
            Settings.Cancellation.ThrowIfCancellationRequested();
            phases.Report("choosing patches", done, size, 0.5, 1);
        });
        var bank = new float[size * channels];
        for (int m = 0; m < size; m++)
            sample.AsSpan(chosen[m] * channels, channels).CopyTo(bank.AsSpan(m * channels));
        return bank;
    }
}
