using DxmiMlNet.Diffusion;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection;

/// <summary>Whether whitening depends on the position of a patch.</summary>
public enum PositionDependence
{
    /// <summary>Chosen from the good images alone: what gives held-back good images the highest likelihood.</summary>
    Auto,

    /// <summary>Every position has statistics of its own: for parts that lie in the same place on every image.</summary>
    Position,

    /// <summary>All positions share their statistics: for textures, and for parts that lie anywhere.</summary>
    Shared,
}

/// <summary>
/// Chooses the whitening by the likelihood of held-back good rows: the last fifth is kept out of the candidates' statistics, and the Gaussian
/// under which its patches have the highest mean log density wins; then it is made again from all rows. A block and not every fifth row, because
/// neighbouring rows are often photographs of the same part, and would call every overfit good. No defect is ever looked at.
/// </summary>
internal static class WhiteningChoice
{
    /// <summary>Whether a row is held back.</summary>
    /// <param name="row">Number of the row.</param>
    /// <param name="rows">Number of rows.</param>
    public static bool IsHeldBack(int row, int rows) => row >= rows - rows / 5;

    private static readonly double[] s_shrinkages = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1];

    // The more neighbours, the less shrinkage is needed.
    private static readonly (int Radius, double[] Shrinkages)[] s_neighbourhoods = [(0, s_shrinkages), (1, [0.05, 0.1, 0.2, 0.4]), (2, [0.05, 0.1, 0.2, 0.4])];

    /// <param name="learned">Moments of the rows that were not held back.</param>
    /// <param name="heldBack">Moments of those that were.</param>
    /// <param name="patches">A sample of projected patches, [R, K].</param>
    /// <param name="positionOf">Position of each.</param>
    /// <param name="isHeldBack">Whether each comes from a held-back row.</param>
    /// <param name="dependence">What may be chosen from.</param>
    public static PatchWhitening Choose(PositionMoments learned, PositionMoments heldBack, Tensor patches, long[] positionOf, bool[] isHeldBack,
        PositionDependence dependence)
    {
        var candidates = new List<(double Shrinkage, int Radius, bool Shared)>();
        if (dependence != PositionDependence.Shared)
            candidates.AddRange(from n in s_neighbourhoods where learned.Reach >= n.Radius from s in n.Shrinkages select (s, n.Radius, false));
        if (dependence != PositionDependence.Position)
            candidates.Add((1, 0, true));

        // Too few rows to hold any back: full shrinkage needs the least of them.
        var best = (Shrinkage: 1.0, Radius: 0, Shared: dependence == PositionDependence.Shared || learned.Rows + heldBack.Rows < 2);
        long[] test = [.. Enumerable.Range(0, isHeldBack.Length).Where(i => isHeldBack[i]).Select(i => (long)i)];
        if (learned.Rows >= 2 && test.Length > 0)
        {
            using var scope = NewDisposeScope();
            var y = patches.index_select(0, tensor(test));
            var at = tensor([.. test.Select(i => positionOf[i])]);
            best = candidates.MaxBy(c => LogDensity(learned.Gaussians(c.Shrinkage, c.Radius, c.Shared), y, at));
        }

        learned.Add(heldBack);
        using var outer = NewDisposeScope();
        var (mean, transform, _) = learned.Gaussians(best.Shrinkage, best.Radius, best.Shared);
        return new PatchWhitening([.. mean.data<float>()], [.. transform.data<float>()], (int)mean.shape[0], (int)mean.shape[1],
            best.Shared ? "shared by all positions"
                : FormattableString.Invariant($"by position, shrinkage {best.Shrinkage}") + (best.Radius == 0 ? "" : $", covariances of {2 * best.Radius + 1} x {2 * best.Radius + 1} neighbours"));
    }

    // Mean of log N(y; mean_p, cov_p) over patches, without its constant.
    private static double LogDensity((Tensor Mean, Tensor Transform, Tensor LogDeterminant) gaussians, Tensor y, Tensor position)
    {
        using var scope = NewDisposeScope();
        double sum = 0;
        const long block = 4096;   // the transforms are gathered by patch: bounded memory
        for (long start = 0; start < y.shape[0]; start += block)
        {
            using var inner = NewDisposeScope();
            long rows = Math.Min(block, y.shape[0] - start);
            var at = position.narrow(0, start, rows);
            var centred = y.narrow(0, start, rows).Minus(gaussians.Mean.index_select(0, at));
            var z = centred.unsqueeze(1).bmm(gaussians.Transform.index_select(0, at)).squeeze(1);
            sum += z.Squared().sum([-1L]).Plus(gaussians.LogDeterminant.index_select(0, at)).sum().item<float>() * -0.5;
        }
        return sum / y.shape[0];
    }
}
