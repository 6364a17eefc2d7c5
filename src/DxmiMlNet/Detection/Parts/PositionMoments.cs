using DxmiMlNet.Diffusion;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Parts;

/// <summary>Sums and products of projected patches at every position, from which whitenings of different shrinkage are made.</summary>
internal sealed class PositionMoments(int height, int width, int components) : IDisposable
{
    private readonly Tensor _sum = zeros(height * width, components).DetachFromDisposeScope();                   // [P, K]
    private readonly Tensor _products = zeros(height * width, components, components).DetachFromDisposeScope();  // [P, K, K]
    private readonly int[] _ignored = new int[height * width];   // rows that ignore a position

    /// <summary>Number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>The largest radius at which a position has neighbours in all directions.</summary>
    public int Reach => (Math.Min(height, width) - 1) / 2;

    /// <summary>Adds one row of projected patches, [P, K], but those that are ignored, [P].</summary>
    public void Add(Tensor row, bool[]? ignored)
    {
        using var scope = NewDisposeScope();
        if (ignored is not null)
        {
            row = row * tensor(Array.ConvertAll(ignored, i => i ? 0f : 1f)).unsqueeze(1);
            for (int p = 0; p < _ignored.Length; p++)
                _ignored[p] += ignored[p] ? 1 : 0;
        }
        Add(row.unsqueeze(0));
    }

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
        for (int p = 0; p < _ignored.Length; p++)
            _ignored[p] += other._ignored[p];
    }

    /// <summary>
    /// Mean and inverse Cholesky factors of a Gaussian a position, cov_p = (1 - s) S_p + s S, where S_p is the position's own covariance and S their
    /// mean: the fewer good parts, the more shrinkage s pays. So does a radius r: S_p is then the mean of the covariances of the (2 r + 1)^2 positions
    /// around it, each about its own mean. With <paramref name="shareMean"/> all positions have one mean and one covariance.
    /// </summary>
    /// <param name="shrinkage">s, 0 to 1.</param>
    /// <param name="radius">r, 0 or more, in patches.</param>
    /// <param name="shareMean">Whether position is ignored altogether.</param>
    /// <returns>Mean [P, K], transform [P, K, K], log determinant of the covariance [P]; in the caller's dispose scope.</returns>
    public (Tensor Mean, Tensor Transform, Tensor LogDeterminant) Gaussians(double shrinkage, int radius, bool shareMean)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (sum, products, count) = Sums();
        var perRow = count.reciprocal();                                                                   // [P]
        var mean = sum * perRow.unsqueeze(1);                                                              // [P, K]
        var covariance = (products * perRow.view(-1, 1, 1)).Minus(mean.unsqueeze(2) * mean.unsqueeze(1));  // [P, K, K]
        var known = Known();
        var pooled = (known is null ? covariance : covariance.index_select(0, known)).mean([0L]);          // [K, K]
        if (shareMean)
        {
            var means = known is null ? mean : mean.index_select(0, known);
            mean = means.mean([0L]).unsqueeze(0);
            var centred = means.Minus(mean);
            covariance = pooled.Plus(centred.t().mm(centred).Times(1.0 / means.shape[0])).unsqueeze(0);
        }
        else
        {
            covariance = Smoothed(covariance, radius).Times(1 - shrinkage).Plus(pooled.Times(shrinkage));
        }
        Variation.Require(covariance.diagonal(0, -2, -1).mean().item<float>(), (products * perRow.view(-1, 1, 1)).diagonal(0, -2, -1).mean().item<float>());
        // A constant channel has no variance: the floor keeps it invertible, at a scale far below any channel that varies.
        double floor = Math.Max(1e-12, 1e-5 * pooled.diagonal().mean().item<float>());
        covariance = covariance.Plus(eye(components).Times(floor));
        var (factor, transform) = Factor(covariance);
        var logDeterminant = factor.diagonal(0, -2, -1).log().sum([-1L]).Times(2);
        int positions = height * width;
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
        var (sum, products, count) = Sums();
        var mean = sum * count.reciprocal().unsqueeze(1);
        var scatter = products.Minus(mean.unsqueeze(2) * mean.unsqueeze(1) * count.view(-1, 1, 1));
        var (_, transform) = Factor((scatter * count.Plus(-1).reciprocal().view(-1, 1, 1)).Plus(eye(components).Times(addedVariance)));
        return (mean.MoveToOuterDisposeScope(), transform.MoveToOuterDisposeScope());
    }

    // Sums, products and numbers of rows by position. A position that fewer than two rows have shown takes the statistics of all: nothing is
    // known of it, and an image to come may show it.
    private (Tensor Sum, Tensor Products, Tensor Count) Sums()
    {
        int[] shown = Array.ConvertAll(_ignored, ignored => Rows - ignored);
        long all = shown.Sum(n => (long)n);
        var count = tensor(Array.ConvertAll(shown, n => n < 2 ? all : (float)n));   // [P]
        if (Known() is null)
            return (_sum, _products, count);
        var isUnknown = tensor(Array.ConvertAll(shown, n => n < 2));
        return (where(isUnknown.unsqueeze(1), _sum.sum([0L], keepdim: true), _sum),
            where(isUnknown.view(-1, 1, 1), _products.sum([0L], keepdim: true), _products), count);
    }

    // The positions that two rows or more have shown; null where all are.
    private Tensor? Known()
    {
        long[] known = [.. Enumerable.Range(0, _ignored.Length).Where(p => Rows - _ignored[p] >= 2).Select(p => (long)p)];
        return known.Length == _ignored.Length || known.Length == 0 ? null : tensor(known);
    }

    // The mean over the neighbours of a position, [P, K, K]; at a border over those that there are.
    private Tensor Smoothed(Tensor covariance, int radius)
    {
        if (radius == 0)
            return covariance;
        var maps = covariance.view(height, width, -1).permute(2, 0, 1).unsqueeze(1);   // [K K, 1, H, W]
        long side = 2 * radius + 1;
        return nn.functional.avg_pool2d(maps, side, stride: 1, padding: radius, ceil_mode: false, count_include_pad: false)
            .squeeze(1).permute(1, 2, 0).reshape(covariance.shape);
    }

    // L with L L^T = cov, and L^-T. Features that hardly vary, those of identical images, leave a covariance of rounding errors: what it takes of its own
    // scale is added until it has a factor.
    private (Tensor Factor, Tensor Transform) Factor(Tensor covariance)
    {
        double scale = Math.Max(1e-12, covariance.abs().amax(0L, 1L, 2L).item<float>());
        var (factor, info) = linalg.cholesky_ex(covariance);
        for (double share = 1e-7; info.count_nonzero().item<long>() > 0; share *= 10)
        {
            if (!(share <= 1))
                throw new DxmiException("The features of the good rows have no covariance that can be inverted.", "Finite features of moderate size were expected.",
                    "Check the backbone, or leave out rows with extreme values.");
            (factor, info) = linalg.cholesky_ex(covariance.Plus(eye(components).Times(share * scale)));
        }
        return (factor, linalg.solve_triangular(factor, eye(components).expand(factor.shape), upper: false).transpose(-1, -2).contiguous());
    }

    public void Dispose()
    {
        _sum.Dispose();
        _products.Dispose();
    }
}
