using DxmiMlNet.Lab.Densities;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Metrics;

/// <summary>Which modes of a density its samples reach, and how evenly.</summary>
public static class ModeCoverage
{
    /// <summary>The share of the samples at each mode, relative to the mode's own: 1 is right, 0 a lost mode, Modes all mass on one.</summary>
    /// <param name="density">The density; its modes are equally likely.</param>
    /// <param name="samples">[N, 2].</param>
    public static double[] RelativeShares(Density density, Tensor samples)
    {
        using var scope = NewDisposeScope();
        var counts = density.ModeOf(samples).bincount(null, density.Modes).data<long>().ToArray();
        return [.. counts.Select(count => count * (double)density.Modes / samples.shape[0])];
    }
}
