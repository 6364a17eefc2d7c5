namespace DxmiMlNet.Detection.Parts;

/// <summary>Whether features vary at all: nothing can be learned from the same photograph many times.</summary>
internal static class Variation
{
    // Of the mean square; sums in single precision are off by about a tenth of it.
    private const double RoundingErrors = 1e-6;

    /// <param name="variance">Mean variance of the features.</param>
    /// <param name="meanSquare">Mean of their squares.</param>
    /// <exception cref="DxmiException">They vary by rounding errors only.</exception>
    public static void Require(double variance, double meanSquare)
    {
        if (variance <= RoundingErrors * meanSquare)
            throw new DxmiException("The good images are all alike: their features vary by no more than rounding errors.",
                "Photographs of different good parts were expected.", "Add photographs of other parts, or take the method padim, which learns from identical images, too.");
    }
}
