using DxmiMlNet.Diffusion;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Parts;

/// <summary>
/// Chooses the whitening by the likelihood of held-back good rows: the last block of rows is kept out of the statistics, and the Gaussian under which its
/// patches have the highest mean log density wins. How much a covariance is shrunk is not chosen but follows from the number of samples n (2 r + 1)^2
/// that it rests on, s = K / (K + n (2 r + 1)^2): chosen by likelihood, shrinkage is too weak for parts that differ a little from the fitting ones. No
/// defect is ever looked at.
/// </summary>
/// <param name="Shrinkage">Share of the mean covariance of all positions in that of one, 0 to 1.</param>
/// <param name="Radius">Neighbours of a position that its covariance is averaged over.</param>
/// <param name="IsShared">Whether all positions have the same statistics.</param>
internal sealed record WhiteningChoice(double Shrinkage, int Radius, bool IsShared)
{
    private static readonly int[] s_radii = [0, 1, 2];

    /// <param name="learned">Moments of the rows that were not held back.</param>
    /// <param name="sample">Patches of both.</param>
    /// <param name="dependence">What may be chosen from.</param>
    public static WhiteningChoice Of(PositionMoments learned, PatchSample sample, PositionDependence dependence)
    {
        // Too few rows to hold any back: full shrinkage needs the least of them.
        if (learned.Rows < 2 || !sample.IsHeldBack.Contains(true))
            return new(1, 0, dependence == PositionDependence.Shared || learned.Rows < 2);

        using var scope = NewDisposeScope();
        var (patches, positions) = sample.HeldBack();
        return Candidates(learned, sample.Patches.shape[1], dependence).MaxBy(candidate =>
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

    /// <summary>The whitening by some moments.</summary>
    public PatchWhitening Fit(PositionMoments moments)
    {
        using var scope = NewDisposeScope();
        var (mean, transform, _) = Gaussians(moments);
        return new PatchWhitening([.. mean.data<float>()], [.. transform.data<float>()], (int)mean.shape[0], (int)mean.shape[1], IsShared,
            IsShared ? "shared by all positions"
                : FormattableString.Invariant($"by position, shrinkage {Shrinkage:0.##}") + (Radius == 0 ? "" : $", covariances of {2 * Radius + 1} x {2 * Radius + 1} neighbours"));
    }

    private static IEnumerable<WhiteningChoice> Candidates(PositionMoments learned, long components, PositionDependence dependence)
    {
        if (dependence != PositionDependence.Shared)
            foreach (int radius in s_radii.Where(r => r <= learned.Reach))
                yield return new((double)components / (components + learned.Rows * (2 * radius + 1) * (2 * radius + 1)), radius, false);
        if (dependence != PositionDependence.Position)
            yield return new(1, 0, true);
    }

    private (Tensor Mean, Tensor Transform, Tensor LogDeterminant) Gaussians(PositionMoments moments) => moments.Gaussians(Shrinkage, Radius, IsShared);
}
