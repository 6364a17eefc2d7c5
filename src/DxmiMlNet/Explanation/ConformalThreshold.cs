using DxmiMlNet.Diffusion;

namespace DxmiMlNet.Explanation;

/// <summary>
/// The split-conformal threshold: the k-th smallest of n values from good parts, <c>k = ceil((n + 1)(1 - alpha))</c>. A new good part that is
/// exchangeable with those n exceeds it with probability at most alpha, whatever the distribution (Vovk, Gammerman and Shafer 2005).
/// </summary>
internal static class ConformalThreshold
{
    // Keeps 0.1 * 30 = 3.0000000000000004 and its like from asking for one more value than the exact product does.
    private const double Rounding = 1e-9;

    /// <summary>The fewest values for which k is at most n: <c>ceil(1 / alpha) - 1</c>.</summary>
    public static int Needed(double alpha) => (int)Math.Min(Math.Ceiling(1 / alpha - Rounding) - 1, int.MaxValue);

    /// <summary>The threshold at a level.</summary>
    /// <param name="goodValues">One finite value a good part, in any order.</param>
    /// <param name="alpha">Between 0 and 1: the share of good parts that may exceed the threshold.</param>
    /// <exception cref="DxmiException">There are fewer than <see cref="Needed"/> values.</exception>
    public static float Of(IReadOnlyList<float> goodValues, double alpha)
    {
        int n = goodValues.Count;
        if (n < Needed(alpha))
            throw new DxmiException($"{n} good images were given for alpha = {alpha}.", $"At least {Needed(alpha)} are needed to keep that promise.",
                $"Add good images, or raise alpha{(n > 0 ? $" to {Math.Ceiling(1e4 / (n + 1.0)) / 1e4} or more" : "")}.");
        int k = (int)Math.Ceiling((n + 1) * (1 - alpha) - Rounding);
        return goodValues.Order().ElementAt(Math.Max(k, 1) - 1);
    }

    /// <summary>Refuses a level outside 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not between 0 and 1.</exception>
    public static void CheckAlpha(double alpha)
    {
        if (!(alpha > 0 && alpha < 1))
            throw new ArgumentOutOfRangeException(nameof(alpha),
                $"Alpha is {alpha}. Expected a share of good parts between 0 and 1, both excluded. Take for example 0.05.");
    }
}
