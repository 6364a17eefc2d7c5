using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Diffusion;
using DxmiMlNet.Diffusion.Energies;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Dxmi;

/// <summary>
/// The map of the energy E(z) = a |z|^2 / K + g(z): D(z) = |z| / sqrt(K) + lambda g(z) / (2 a). With lambda 1 that is sqrt(E / a) to first order about a
/// typical good patch, where |z| / sqrt(K) = 1, and never undefined. With lambda 0 it is the anchor's alone.
/// </summary>
internal static class LearnedPart
{
    private const int MostPatches = 4096;

    /// <summary>D of whitened patches [N, K] for lambda 0 and 1, [N] each.</summary>
    public static (Tensor Anchor, Tensor Learned) Maps(AnchoredEnergy energy, Tensor z)
    {
        var anchor = (z * z).mean([-1L]).sqrt();
        return (anchor, anchor.Plus(energy.Network.Forward(energy.Parameters, z).squeeze(-1) / energy.Anchor.Times(2)));
    }

    /// <summary>
    /// Whether g helps: it must tell unchanged patches of good rows that were held back from flawed ones better than the anchor does (area under the ROC
    /// curve). A flawed patch is a held-back one moved by half the difference of two other normal patches, y + (u - v) / 2: a change of ordinary size in a
    /// direction in which features change, but none that belongs there. No defect is looked at. Where nothing was held back, nothing is proved.
    /// </summary>
    /// <param name="energy">The trained energy.</param>
    /// <param name="sample">Components of normal patches, some of them held back.</param>
    /// <param name="whitening">Their whitening.</param>
    /// <param name="generator">Draws the flaws.</param>
    /// <returns>Whether to keep it, and the two areas.</returns>
    public static (bool Helps, double Anchor, double Learned) Prove(AnchoredEnergy energy, PatchSample sample, PatchWhitening whitening, Generator generator)
    {
        if (!sample.IsHeldBack.Contains(true))
            return (false, 0.5, 0.5);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (held, positions) = sample.HeldBack();
        long count = Math.Min(MostPatches, held.shape[0]);
        var order = randperm(held.shape[0], generator: generator).narrow(0, 0, count);
        (held, positions) = (held.index_select(0, order), positions.index_select(0, order));
        var flawed = held.Plus(Drawn().Minus(Drawn()).Times(0.5));
        var (mean, transform) = whitening.ToTensors();
        var (good, goodLearned) = Values(held);
        var (bad, badLearned) = Values(flawed);
        double anchor = Auroc(good, bad), learned = Auroc(goodLearned, badLearned);
        return (learned > anchor, anchor, learned);

        Tensor Drawn() => sample.Patches.index_select(0, randint(sample.Patches.shape[0], [count], generator: generator));

        (float[] Anchor, float[] Learned) Values(Tensor patches)
        {
            var (anchors, learnt) = (new List<float>(), new List<float>());
            PatchBlocks.ForEach(patches, positions, (block, at) =>
            {
                var (a, l) = Maps(energy, PatchBlocks.Whitened(block, at, mean, transform).to(energy.Parameters.Flat.device));
                anchors.AddRange(a.cpu().data<float>());
                learnt.AddRange(l.cpu().data<float>());
            });
            return ([.. anchors], [.. learnt]);
        }
    }

    // The share of pairs in which the flawed patch has the higher value; a tie counts half.
    private static double Auroc(float[] good, float[] bad)
    {
        Array.Sort(good);
        double wins = 0;
        foreach (float v in bad)
            wins += (Below(v, orEqual: false) + Below(v, orEqual: true)) / 2.0;
        return wins / ((double)good.Length * bad.Length);

        int Below(float v, bool orEqual)
        {
            int low = 0, high = good.Length;
            while (low < high)
            {
                int middle = (low + high) / 2;
                (low, high) = good[middle] < v || (orEqual && good[middle] == v) ? (middle + 1, high) : (low, middle);
            }
            return low;
        }
    }
}
