namespace DxmiMlNet.Lab.Metrics;

/// <summary>The median.</summary>
internal static class Median
{
    /// <summary>The middle value; of an even count the mean of the two in the middle, of none null.</summary>
    public static double? Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
