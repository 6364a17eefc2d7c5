using System.Globalization;

namespace DxmiMlNet.Images;

/// <summary>
/// The order in which photographs were taken, as far as their names tell: by category, then by the last number in the file name, then by path.
/// Photographs of one part, or of one hour, then stand side by side, and a block of the order is a block of parts.
/// </summary>
internal sealed class CaptureOrder : IComparer<InspectionItem>
{
    public static CaptureOrder Instance { get; } = new();

    public int Compare(InspectionItem? a, InspectionItem? b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        int order = string.CompareOrdinal(a.Category, b.Category);
        if (order == 0)
            order = LastNumber(a.ImagePath).CompareTo(LastNumber(b.ImagePath));
        return order == 0 ? string.CompareOrdinal(a.ImagePath, b.ImagePath) : order;
    }

    // -1 where the name has no number; numbers too long for a decimal are time stamps of some kind, and compare well enough as doubles.
    private static double LastNumber(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path.AsSpan());
        int end = name.LastIndexOfAnyInRange('0', '9') + 1;
        int start = end;
        while (start > 0 && char.IsAsciiDigit(name[start - 1]))
            start--;
        return end == 0 ? -1 : double.Parse(name[start..end], CultureInfo.InvariantCulture);
    }
}
