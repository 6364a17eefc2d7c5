using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Metrics;

/// <summary>
/// Recall by nearest neighbours (Kynkäänniemi et al. 2019): the share of real points that lie within the distance of some generated point to
/// its own k-th nearest generated neighbour. It falls when a sampler leaves parts of the data out.
/// </summary>
public static class NeighbourRecall
{
    private const int BlockRows = 1000;

    /// <summary>Measures how much of the real set the generated one covers, 0 to 1.</summary>
    /// <param name="real">[N, D].</param>
    /// <param name="generated">[M, D], M above k.</param>
    /// <param name="k">Which neighbour sets a generated point's radius, 1 or more; the paper uses 3.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are no more than k generated points.</exception>
    public static double Of(Tensor real, Tensor generated, int k = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(generated.shape[0], k);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        // The nearest to a point is itself, at distance 0: its k-th neighbour is the (k + 1)-th smallest.
        var radius = ByBlock(generated, rows => Distances(rows, generated).kthvalue(k + 1, 1).values);
        var covered = ByBlock(real, rows => Distances(rows, generated).le(radius).any(1, false).to(ScalarType.Float64));
        return covered.mean().item<double>();
    }

    // Differences, not |x|^2 + |y|^2 - 2 x.y: its rounding would put a point off itself.
    private static Tensor Distances(Tensor x, Tensor y) => cdist(x, y, 2, TorchSharp.compute_mode.donot_use_mm_for_euclid_dist);

    private static Tensor ByBlock(Tensor points, Func<Tensor, Tensor> of) => cat(points.split(BlockRows).Select(rows =>
    {
        using var inner = NewDisposeScope();
        return of(rows).MoveToOuterDisposeScope();
    }).ToArray());
}
