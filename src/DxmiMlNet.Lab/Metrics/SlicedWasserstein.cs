using DxmiMlNet.Diffusion;

using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Metrics;

/// <summary>
/// The sliced Wasserstein distance of two sets of points: both are projected on random directions, where the optimal transport joins the
/// i-th smallest to the i-th smallest (Bonneel et al. 2015).
/// </summary>
/// <param name="First">Mean over the directions of W1 = mean |a_(i) - b_(i)|.</param>
/// <param name="Second">Mean over the directions of W2 = sqrt(mean (a_(i) - b_(i))^2).</param>
public readonly record struct SlicedWasserstein(double First, double Second)
{
    private const int BlockDirections = 100;

    /// <summary>Measures two sets of the same size.</summary>
    /// <param name="a">[N, D].</param>
    /// <param name="b">[N, D].</param>
    /// <param name="directions">Number of random directions, 1 or more.</param>
    /// <param name="generator">Draws the directions; a generator of the tensors' device.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sets have different shapes.</exception>
    public static SlicedWasserstein Between(Tensor a, Tensor b, int directions, Generator generator)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(directions, 1);
        if (!a.shape.SequenceEqual(b.shape))
            throw new ArgumentOutOfRangeException(nameof(b), $"The second set is [{string.Join(", ", b.shape)}]. Expected the first one's shape, [{string.Join(", ", a.shape)}]. Draw as many of both.");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        double first = 0, second = 0;
        for (int done = 0; done < directions; done += BlockDirections)
        {
            using var inner = NewDisposeScope();
            var block = randn(a.shape[1], Math.Min(BlockDirections, directions - done), device: a.device, generator: generator);
            var (w1, w2) = Along(a, b, block / block.norm(0, true, 2));
            first += w1.sum().item<float>();
            second += w2.sum().item<float>();
        }
        return new SlicedWasserstein(first / directions, second / directions);
    }

    /// <summary>W1 and W2 along given directions, [L] each.</summary>
    /// <param name="a">[N, D].</param>
    /// <param name="b">[N, D].</param>
    /// <param name="directions">Unit vectors, [D, L].</param>
    public static (Tensor First, Tensor Second) Along(Tensor a, Tensor b, Tensor directions)
    {
        using var scope = NewDisposeScope();
        Tensor Sorted(Tensor x) => directions.t().mm(x.t()).sort(1).Values;   // [L, N]
        var difference = Sorted(a).Minus(Sorted(b));
        return (difference.abs().mean([1L]).MoveToOuterDisposeScope(), difference.Squared().mean([1L]).sqrt().MoveToOuterDisposeScope());
    }
}
