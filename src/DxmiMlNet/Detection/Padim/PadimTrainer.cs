using System.Numerics.Tensors;
using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Onnx;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Padim;

/// <summary>
/// Learns a Gaussian of patch features for every position; a patch is as anomalous as its Mahalanobis distance (Defard et al., PaDiM: a Patch
/// Distribution Modeling Framework for Anomaly Detection and Localization, 2020). For parts that lie in the same place on every image.
/// </summary>
/// <remarks>
/// <format type="text/markdown"><![CDATA[
/// |  |  |
/// | -- | -- |
/// | Machine learning task | Anomaly detection |
/// | Is normalization required? | No |
/// | Is caching required? | No (the data is read once) |
/// | Required NuGet in addition to Microsoft.ML | DxmiMlNet; to train also TorchSharp-cpu or a CUDA backend |
/// | Exportable to ONNX | Yes, behind `ExtractPatchFeatures`: `mlContext.Model.ConvertToOnnx(chain, path)` |
///
/// **Algorithm.** K channels are drawn at random. At position p the good rows give mean m_p and covariance
/// S_p = sum of (x - m_p) (x - m_p)^T / (n - 1) + v I, v = 0.01. The map is sqrt((x - m_p)^T S_p^-1 (x - m_p)), the score its maximum.
/// Unlike the paper, the map is not smoothed at the image's resolution. Two good rows are the least; fitting takes 8 H W K^2 bytes.
/// ]]></format>
/// </remarks>
public sealed partial class PadimTrainer : DetectionTrainer<PadimTrainer.Options>
{
    private const int RowsTogether = 8;   // one product of matrices for several rows is faster than one each

    internal PadimTrainer(IHostEnvironment env, Options options)
        : base(env, options)
    {
    }

    private protected override FittedDetector Learn(FeatureRows rows, DataViewSchema.Column features, (int Height, int Width, int Channels) grid, PhaseLog log)
    {
        var all = Enumerable.Range(0, grid.Channels).ToArray();
        new Random(Seed).Shuffle(all);
        int[] channels = [.. all.Take(Settings.Channels).Order()];
        int threads = get_num_threads();
        set_num_threads(Settings.Threads);
        try
        {
            var (graph, count) = Gaussians(rows, grid, channels, new PhaseClock(log));
            return new FittedDetector(graph, $"PaDiM with {channels.Length} of {grid.Channels} channels, {count} good rows, {(Settings.Standardise ? "standardised, " : "")}seed {Seed}");
        }
        finally
        {
            set_num_threads(threads);
        }
    }

    private (byte[] Graph, int Count) Gaussians(FeatureRows rows, (int Height, int Width, int Channels) grid, int[] channels, PhaseClock phases)
    {
        using var scope = NewDisposeScope();
        int positions = grid.Height * grid.Width, k = channels.Length;
        using var moments = new PositionMoments(grid.Height, grid.Width, k);
        bool ignores = rows.IgnoredColumnName is not null;
        using var stored = Settings.Standardise ? StoredRows.Read(rows, positions * grid.Channels,
            (row, _, _) => phases.Report("reading features", row + 1, rows.Expected, 0, 0.5), Settings.Cancellation) : null;
        var blocks = new RowBlocks(stored?.Count ?? 0);
        // Sums of differences from the first row, not of values: less is lost where they cancel.
        var first = new float[positions * k];
        int together = ignores ? 1 : RowsTogether;
        var block = new float[together * positions * k];
        int pending = 0;
        int count = 0;
        ForEach((row, features, ignored) =>
        {
            count++;
            if (stored is not null && blocks.IsHeldBack(row))
                return;
            var target = block.AsSpan(pending * positions * k, positions * k);
            Pick(features, row == 0 ? first : target);
            if (row == 0)
            {
                first.CopyTo(target);
                if (ignores)
                    SpreadMean(first, ignored);
            }
            TensorPrimitives.Subtract(target, first, target);
            if (++pending == together)
                AddBlock(ignored);
            phases.Report("fitting", row + 1, stored?.Count ?? rows.Expected, stored is null ? 0 : 0.5, 0.9);
        });
        FeatureRows.RequireCount(count, 2);
        AddBlock(null);
        var (mean, transform) = moments.Regularized(Settings.AddedVariance);
        float[] means = [.. mean.data<float>()];
        TensorPrimitives.Add(means, first, means);
        float[] transforms = [.. transform.data<float>()];
        long[] own = [.. channels.Select(c => (long)c)];
        var standard = stored is null ? null : Standard(stored);
        phases.Report("fitting", 1, 1, 0.9, 1);
        return (PadimGraph.Write(grid, own, means, transforms, ignores, standard), count);

        void ForEach(Action<int, float[], bool[]?> visit)
        {
            if (stored is null)
                rows.ForEach(visit, Settings.Cancellation);
            else
                stored.ForEach(visit, Settings.Cancellation);
        }

        // The Gaussians are not fitted again with the rows that were held back: a scale measured on other Gaussians would not be theirs.
        MapStandard Standard(StoredRows all)
        {
            using var session = new OnnxSession(PadimGraph.Write(grid, own, means, transforms, false, null), "The Gaussians");
            return MapStandard.Of(MapStandard.Maps(all, row => blocks.Standardises(row) ? session : null, grid, Settings.Cancellation), grid.Height, grid.Width);
        }

        void Pick(float[] features, Span<float> target)
        {
            for (int p = 0; p < positions; p++)
                for (int c = 0; c < k; c++)
                    target[p * k + c] = features[p * grid.Channels + channels[c]];
        }

        // The row's mean stands at every position: what is known of all positions can then stand in for one that no row shows.
        void SpreadMean(float[] patches, bool[]? ignored)
        {
            int[] inspected = [.. Enumerable.Range(0, positions).Where(p => ignored is null || !ignored[p])];
            var mean = new float[k];
            foreach (int p in inspected)
                TensorPrimitives.Add(mean, patches.AsSpan(p * k, k), mean);
            TensorPrimitives.Divide(mean, inspected.Length, mean);
            for (int p = 0; p < positions; p++)
                mean.CopyTo(patches.AsSpan(p * k));
        }

        void AddBlock(bool[]? ignored)
        {
            using var inner = NewDisposeScope();
            if (ignores && pending > 0)
                moments.Add(tensor(block, [positions, k]), ignored);
            else if (pending > 0)
                moments.Add(tensor(block, [together, positions, k]).narrow(0, 0, pending));
            pending = 0;
        }
    }
}
