namespace DxmiMlNet.Lab.Synthesis;

/// <summary>
/// Sine, exponential and logarithm from additions and multiplications only. The C library's versions differ in the last bits between
/// platforms; these do not, so that a seed gives the same image bytes everywhere.
/// </summary>
internal static class PortableMath
{
    private const double Ln2 = 0.693147180559945309;

    /// <summary>sin(x), error below 1e-9: reduced to [-pi/2, pi/2], then Taylor's series to x^13.</summary>
    public static float Sin(double x)
    {
        x -= Math.Floor(x / Math.Tau + 0.5) * Math.Tau;
        if (x > Math.PI / 2)
            x = Math.PI - x;
        else if (x < -Math.PI / 2)
            x = -Math.PI - x;
        double q = x * x;
        return (float)(x * (1 - q / 6 * (1 - q / 20 * (1 - q / 42 * (1 - q / 72 * (1 - q / 110 * (1 - q / 156)))))));
    }

    /// <summary>cos(x) = sin(x + pi/2).</summary>
    public static float Cos(double x) => Sin(x + Math.PI / 2);

    /// <summary>e^x for |x| &lt; 700: x = k ln 2 + r with |r| &lt;= ln 2 / 2, then Taylor's series of e^r to r^9.</summary>
    public static double Exp(double x)
    {
        double k = Math.Floor(x / Ln2 + 0.5);
        double r = x - k * Ln2;
        double series = 1;
        for (int n = 9; n > 0; n--)
            series = 1 + series * r / n;
        return series * BitConverter.Int64BitsToDouble(((long)k + 1023) << 52);
    }

    /// <summary>The bell exp(-x^2), 0 where it is below 1e-7.</summary>
    public static float Bell(float x) => x is > 4 or < -4 ? 0 : (float)Exp(-x * x);

    /// <summary>ln(x) for normal x > 0: x = m 2^k, ln m = 2 artanh((m - 1) / (m + 1)) as a series, m in [1, 2).</summary>
    public static double Log(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        long k = (bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | (1023L << 52));
        double z = (m - 1) / (m + 1), q = z * z, series = 0;
        for (int n = 21; n > 0; n -= 2)
            series = series * q + 1.0 / n;
        return k * Ln2 + 2 * z * series;
    }

    /// <summary>x^y for x > 0.</summary>
    public static double Pow(double x, double y) => Exp(y * Log(x));

    /// <summary>0 below <paramref name="from"/>, 1 above <paramref name="to"/>, 3t^2 - 2t^3 between; falls where from > to.</summary>
    public static float SmoothStep(float from, float to, float x)
    {
        float t = Math.Clamp((x - from) / (to - from), 0, 1);
        return t * t * (3 - 2 * t);
    }
}
