using DxmiMlNet.Diffusion;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Parts;

/// <summary>
/// Chooses the whitening by the likelihood of held-back good rows: the last fifth is kept out of the candidates' statistics, and the Gaussian
/// under which its patches have the highest mean log density wins; then it is made again from all rows. A block and not every fifth row, because
/// neighbouring rows are often photographs of the same part, and would call every overfit good. No defect is ever looked at.
/// </summary>
/// <param name="Shrinkage">Share of the mean covariance of all positions in that of one, 0 to 1.</param>
/// <param name="Radius">Neighbours of a position that its covariance is averaged over.</param>
/// <param name="IsShared">Whether all positions have the same statistics.</param>
internal sealed record WhiteningChoice(double Shrinkage, int Radius, bool IsShared)
{
    private static readonly double[] s_shrinkages = [0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1];

    // The more neighbours, the less shrinkage is needed.
    private static readonly (int Radius, double[] Shrinkages)[] s_neighbourhoods = [(0, s_shrinkages), (1, [0.05, 0.1, 0.2, 0.4]), (2, [0.05, 0.1, 0.2, 0.4])];

    /// <summary>Whether a row is held back.</summary>
    /// <param name="row">Number of the row.</param>
    /// <param name="rows">Number of rows.</param>
    public static bool IsHeldBack(int row, int rows) => row >= rows - rows / 5;

    /// <param name="learned">Moments of the rows that were not held back.</param>
    /// <param name="heldBackRows">Number of those that were.</param>
    /// <param name="sample">Patches of both.</param>
    /// <param name="dependence">What may be chosen from.</param>
    public static WhiteningChoice Of(PositionMoments learned, int heldBackRows, PatchSample sample, PositionDependence dependence)
    {
        // Too few rows to hold any back: full shrinkage needs the least of them.
        if (learned.Rows < 2 || !sample.IsHeldBack.Contains(true))
            return new(1, 0, dependence == PositionDependence.Shared || learned.Rows + heldBackRows < 2);

        using var scope = NewDisposeScope();
        var (patches, positions) = sample.HeldBack();
        return Candidates(learned.Reach, dependence).MaxBy(candidate =>
        {
            using var inner = NewDisposeScope();   // a candidate's statistics may be large
            return LogDensity(candidate.Gaussians(learned), patches, positions);
        })!;
    }

    // Mean of log N(y; mean_p, cov_p) over patches, without its constant.
    private static double LogDensity((Tensor Mean, Tensor Transform, Tensor LogDeterminant) gaussians, Tensor patches, Tensor positions)
    {
        double sum = 0;
        PatchBlocks.ForEach(patches, positions, (block, at) => sum += PatchBlocks.Whitened(block, at, gaussians.Mean, gaussians.Transform).Squared().sum([-1L])
            .Plus(gaussians.LogDeterminant.index_select(0, at)).sum().item<float>() * -0.5);
        return sum / patches.shape[0];
    }

    /// <summary>The whitening by the moments of all rows.</summary>
    public PatchWhitening Fit(PositionMoments all)
    {
        using var scope = NewDisposeScope();
        var (mean, transform, _) = Gaussians(all);
        return new PatchWhitening([.. mean.data<float>()], [.. transform.data<float>()], (int)mean.shape[0], (int)mean.shape[1],
            IsShared ? "shared by all positions"
                : FormattableString.Invariant($"by position, shrinkage {Shrinkage}") + (Radius == 0 ? "" : $", covariances of {2 * Radius + 1} x {2 * Radius + 1} neighbours"));
    }

    private static IEnumerable<WhiteningChoice> Candidates(int reach, PositionDependence dependence)
    {
        if (dependence != PositionDependence.Shared)
            foreach (var (radius, shrinkages) in s_neighbourhoods.Where(n => reach >= n.Radius))
                foreach (double shrinkage in shrinkages)
                    yield return new(shrinkage, radius, false);
        if (dependence != PositionDependence.Position)
            yield return new(1, 0, true);
    }

    private (Tensor Mean, Tensor Transform, Tensor LogDeterminant) Gaussians(PositionMoments moments) => moments.Gaussians(Shrinkage, Radius, IsShared);
}
