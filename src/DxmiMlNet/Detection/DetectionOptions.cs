namespace DxmiMlNet.Detection;

/// <summary>Checks settings of trainers.</summary>
internal static class DetectionOptions
{
    /// <exception cref="ArgumentOutOfRangeException">It does not hold; the message names option, value and range.</exception>
    public static void Require(bool holds, string name, object value, string expected)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(name,
                FormattableString.Invariant($"Option {name} is {value}. Expected {expected}. Change it, or leave it at its default."));
    }
}
