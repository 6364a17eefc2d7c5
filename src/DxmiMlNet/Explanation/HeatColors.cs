namespace DxmiMlNet.Explanation;

/// <summary>
/// The colours of anomaly maps: dark blue over magenta and orange to yellow. Lightness rises all the way, so the order survives
/// colour blindness and a grey printer, and no colour of the ramp is grey, so it is never mistaken for the photograph beneath.
/// </summary>
/// <remarks>
/// The control points are matplotlib's "plasma" (S. van der Walt and N. Smith, 2015, CC0), sampled at nine equal steps;
/// in between the colours are interpolated linearly in sRGB.
/// </remarks>
public static class HeatColors
{
    /// <summary>
    /// Where on the scale colour begins to show. <see cref="AnomalyScale"/> puts the typical maximum of good parts here: what good parts
    /// reach stays clear.
    /// </summary>
    public const double VisibleFrom = 1.0 / 3;

    /// <summary>Where on the scale colour has its full opacity.</summary>
    public const double FullFrom = 2.0 / 3;

    private static readonly (byte Red, byte Green, byte Blue)[] s_points =
    [
        (0x0D, 0x08, 0x87), (0x4C, 0x02, 0xA1), (0x7E, 0x03, 0xA8), (0xA9, 0x23, 0x95), (0xCC, 0x47, 0x78),
        (0xE5, 0x6B, 0x5D), (0xF8, 0x94, 0x41), (0xFD, 0xC3, 0x28), (0xF0, 0xF9, 0x21),
    ];

    /// <summary>The colour at a position of the scale.</summary>
    /// <param name="position">0 (as good parts are) to 1 (far from any good part); values outside are clamped, NaN counts as 0.</param>
    /// <returns>sRGB, 0 to 255 each.</returns>
    public static (byte Red, byte Green, byte Blue) At(double position)
    {
        double at = Clamp(position) * (s_points.Length - 1);
        int low = Math.Min((int)at, s_points.Length - 2);
        double weight = at - low;
        var (from, to) = (s_points[low], s_points[low + 1]);
        return (Mix(from.Red, to.Red, weight), Mix(from.Green, to.Green, weight), Mix(from.Blue, to.Blue, weight));
    }

    /// <summary>
    /// How much of the full opacity a position has: 0 up to <see cref="VisibleFrom"/>, rising linearly to 1 at <see cref="FullFrom"/>.
    /// </summary>
    /// <param name="position">0 to 1; values outside are clamped, NaN counts as 0.</param>
    /// <returns>0 to 1.</returns>
    public static double Coverage(double position) => Clamp((Clamp(position) - VisibleFrom) / (FullFrom - VisibleFrom));

    private static double Clamp(double value) => value > 0 ? Math.Min(value, 1) : 0;   // false for NaN

    private static byte Mix(byte from, byte to, double weight) => (byte)Math.Round(from + weight * (to - from));
}
