using DxmiMlNet.Diffusion;

using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Metrics;

/// <summary>
/// The Frechet distance of two Gaussians with the sets' means and covariances (Heusel et al. 2017, FID):
/// |m_a - m_b|^2 + tr(C_a + C_b - 2 (C_a C_b)^(1/2)).
/// </summary>
public static class FrechetDistance
{
    /// <summary>Measures two sets of points; covariances are those of samples (N - 1).</summary>
    /// <param name="a">[N, D], N 2 or more.</param>
    /// <param name="b">[M, D], M 2 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A set has fewer than 2 points.</exception>
    public static double Between(Tensor a, Tensor b)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(a.shape[0], 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(b.shape[0], 2);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (meanA, covarianceA) = Moments(a);
        var (meanB, covarianceB) = Moments(b);
        // tr (C_a C_b)^(1/2) = tr (C_a^(1/2) C_b C_a^(1/2))^(1/2), whose argument is symmetric and has no negative eigenvalue but by rounding.
        var (values, vectors) = linalg.eigh(covarianceA);
        var root = (vectors * values.Positive().sqrt()).mm(vectors.t());
        double cross = linalg.eigvalsh(root.mm(covarianceB).mm(root)).Positive().sqrt().sum().item<double>();
        double distance = meanA.Minus(meanB).Squared().sum().item<double>();
        return distance + covarianceA.trace().item<double>() + covarianceB.trace().item<double>() - 2 * cross;
    }

    private static (Tensor Mean, Tensor Covariance) Moments(Tensor points)
    {
        var x = points.to(ScalarType.Float64);
        var mean = x.mean([0L]);
        var centred = x.Minus(mean);
        return (mean, centred.t().mm(centred).Times(1.0 / (points.shape[0] - 1)));
    }
}
