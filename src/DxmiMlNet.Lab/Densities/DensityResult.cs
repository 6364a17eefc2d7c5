using DxmiMlNet.Lab.Metrics;

namespace DxmiMlNet.Lab.Densities;

/// <summary>What came of a run, of the moving averages of sampler and energy.</summary>
public sealed record DensityResult
{
    /// <summary>Distance of the samples from as many data points, over 1000 directions; NaN where samples are not finite.</summary>
    public required SlicedWasserstein Distance { get; init; }

    /// <summary>AUROC of the energy, data against uniform points of [-4, 4]^2; null for a DDPM, which has none.</summary>
    public double? Auroc { get; init; }

    /// <summary>AUROC of the true density on the same points.</summary>
    public required double IdealAuroc { get; init; }

    /// <summary>The samples' share at each mode, relative to the mode's own; NaN where samples are not finite.</summary>
    public required IReadOnlyList<double> ModeShares { get; init; }

    /// <summary>At which iteration training diverged and why, else null. The other figures are then those of the networks as they stood.</summary>
    public string? Divergence { get; init; }

    /// <summary>Losses, energies, spread, sigmas and AVR variances over training.</summary>
    public required TrainingCurves Curves { get; init; }

    /// <summary>Samples to draw, [N][2].</summary>
    public required IReadOnlyList<(float X, float Y)> Samples { get; init; }

    /// <summary>Trajectories to draw, each T + 1 points from noise to sample; of a few of the steps where T is large.</summary>
    public required IReadOnlyList<IReadOnlyList<(float X, float Y)>> Trajectories { get; init; }

    /// <summary>The energy on a square grid over [-4, 4]^2, row by row from the top; null for a DDPM.</summary>
    public float[]? Landscape { get; init; }

    /// <summary>-ln p on the same grid, infinite where p is 0.</summary>
    public required float[] TrueLandscape { get; init; }
}
