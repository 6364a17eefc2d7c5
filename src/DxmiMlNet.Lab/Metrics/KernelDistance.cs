using DxmiMlNet.Diffusion;

using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Metrics;

/// <summary>
/// The kernel distance (KID, Binkowski et al. 2018): the unbiased squared maximum mean discrepancy with the kernel k(x, y) = (x.y / D + 1)^3.
/// </summary>
public static class KernelDistance
{
    /// <summary>
    /// mean over i != j of k(a_i, a_j) + mean over i != j of k(b_i, b_j) - 2 mean of k(a_i, b_j). Being unbiased it can fall below 0.
    /// </summary>
    /// <param name="a">[N, D], N 2 or more.</param>
    /// <param name="b">[M, D], M 2 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A set has fewer than 2 points.</exception>
    public static double Between(Tensor a, Tensor b)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(a.shape[0], 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(b.shape[0], 2);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var x = a.to(ScalarType.Float64);
        var y = b.to(ScalarType.Float64);
        return MeanOffDiagonal(Kernel(x, x)) + MeanOffDiagonal(Kernel(y, y)) - 2 * Kernel(x, y).mean().item<double>();
    }

    private static Tensor Kernel(Tensor x, Tensor y)
    {
        var k = x.mm(y.t()).Times(1.0 / x.shape[1]).Plus(1);
        return k * k * k;
    }

    private static double MeanOffDiagonal(Tensor kernel)
    {
        double n = kernel.shape[0];
        return (kernel.sum().item<double>() - kernel.trace().item<double>()) / (n * (n - 1));
    }
}
