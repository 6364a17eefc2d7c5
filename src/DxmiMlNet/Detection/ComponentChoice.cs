namespace DxmiMlNet.Detection;

/// <summary>
/// How many principal components a patch keeps where the user does not say. More components see more kinds of defects, as long as good parts to come
/// vary in them as the good parts at hand do: what held-back good images decide. Photographs of few parts, however many, teach little about the next part.
/// </summary>
internal static class ComponentChoice
{
    /// <summary>Components where whitening holds for held-back good images, and where it does not.</summary>
    public const int Many = 100, Few = 64;

    /// <summary>Held-back patches may lie this much farther out, as a ratio of mean squares.</summary>
    public const double LargestRatio = 1.05;

    // Values of all positions' transforms, 128 MB: a model for large images is large enough with the few.
    private const long LargestWhitening = 1 << 25;

    /// <summary>Components to begin with.</summary>
    /// <param name="asked">What the user asked for; null to choose.</param>
    /// <param name="positions">P, positions of the grid.</param>
    public static int First(int? asked, int positions) => asked ?? ((long)positions * Many * Many <= LargestWhitening ? Many : Few);

    /// <summary>Whether the whitening of that many components may stay; null where no image could be held back.</summary>
    public static bool Holds(double? heldBackRatio) => heldBackRatio <= LargestRatio;
}
