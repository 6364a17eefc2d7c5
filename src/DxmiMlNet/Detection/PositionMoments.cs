using DxmiMlNet.Diffusion;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection;

/// <summary>Sums and products of projected patches at every position, from which whitenings of different shrinkage are made.</summary>
internal sealed class PositionMoments(int positions, int components) : IDisposable
{
    private readonly Tensor _sum = zeros(positions, components).DetachFromDisposeScope();                   // [P, K]
    private readonly Tensor _products = zeros(positions, components, components).DetachFromDisposeScope();  // [P, K, K]

    /// <summary>Number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Adds rows of projected patches, [B, P, K].</summary>
    public void Add(Tensor rows)
    {
        using var scope = NewDisposeScope();
        var byPosition = rows.transpose(0, 1).contiguous();   // [P, B, K]
        _sum.Increase(byPosition.sum([1L]));
        _products.Increase(byPosition.transpose(1, 2).bmm(byPosition));
        Rows += (int)rows.shape[0];
    }

    /// <summary>Adds all rows of another.</summary>
    public void Add(PositionMoments other)
    {
        _sum.Increase(other._sum);
        _products.Increase(other._products);
        Rows += other.Rows;
    }

    /// <summary>
    /// Mean and inverse Cholesky factors of a Gaussian a position, cov_p = (1 - s) S_p + s S, where S_p is the position's own covariance and S their
    /// mean: the fewer good parts, the more shrinkage s pays. With <paramref name="shareMean"/> all positions have one mean and one covariance.
    /// </summary>
    /// <param name="shrinkage">s, 0 to 1.</param>
    /// <param name="shareMean">Whether position is ignored altogether.</param>
    /// <returns>Mean [P, K], transform [P, K, K], log determinant of the covariance [P]; in the caller's dispose scope.</returns>
    public (Tensor Mean, Tensor Transform, Tensor LogDeterminant) Gaussians(double shrinkage, bool shareMean)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var mean = _sum.Times(1.0 / Rows);                                                                 // [P, K]
        var covariance = _products.Times(1.0 / Rows).Minus(mean.unsqueeze(2) * mean.unsqueeze(1));         // [P, K, K]
        var pooled = covariance.mean([0L]);                                                                // [K, K]
        if (shareMean)
        {
            var centred = mean.Minus(mean.mean([0L]));
            covariance = pooled.Plus(centred.t().mm(centred).Times(1.0 / positions)).unsqueeze(0);
            mean = mean.mean([0L]).unsqueeze(0);
        }
        else
        {
            covariance = covariance.Times(1 - shrinkage).Plus(pooled.Times(shrinkage));
        }
        // A constant channel has no variance: the floor keeps it invertible, at a scale far below any channel that varies.
        double floor = Math.Max(1e-12, 1e-5 * pooled.diagonal().mean().item<float>());
        covariance = covariance.Plus(eye(components).Times(floor));
        var (factor, transform) = Factor(covariance);
        var logDeterminant = factor.diagonal(0, -2, -1).log().sum([-1L]).Times(2);
        return (mean.expand(positions, components).contiguous().MoveToOuterDisposeScope(),
            transform.expand(positions, components, components).contiguous().MoveToOuterDisposeScope(),
            logDeterminant.expand(positions).contiguous().MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Mean and inverse Cholesky factors of every position's own Gaussian, with a variance added to each channel:
    /// cov_p = sum over rows of (x - mean_p) (x - mean_p)^T / (rows - 1) + v I. At least 2 rows.
    /// </summary>
    /// <param name="addedVariance">v, above 0.</param>
    /// <returns>Mean [P, K], transform [P, K, K]; in the caller's dispose scope.</returns>
    public (Tensor Mean, Tensor Transform) Regularized(double addedVariance)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var mean = _sum.Times(1.0 / Rows);
        var scatter = _products.Minus((mean.unsqueeze(2) * mean.unsqueeze(1)).Times(Rows));
        var (_, transform) = Factor(scatter.Times(1.0 / (Rows - 1)).Plus(eye(components).Times(addedVariance)));
        return (mean.MoveToOuterDisposeScope(), transform.MoveToOuterDisposeScope());
    }

    // L with L L^T = cov, and L^-T.
    private (Tensor Factor, Tensor Transform) Factor(Tensor covariance)
    {
        var factor = linalg.cholesky(covariance);
        return (factor, linalg.solve_triangular(factor, eye(components).expand(factor.shape), upper: false).transpose(-1, -2).contiguous());
    }

    public void Dispose()
    {
        _sum.Dispose();
        _products.Dispose();
    }
}
