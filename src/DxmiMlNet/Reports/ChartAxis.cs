namespace DxmiMlNet.Reports;

/// <summary>Maps values to a drawing's coordinates, with ticks at round numbers.</summary>
/// <param name="From">The least value shown.</param>
/// <param name="To">The greatest value shown, above <paramref name="From"/>.</param>
/// <param name="Start">The coordinate of <paramref name="From"/>.</param>
/// <param name="End">The coordinate of <paramref name="To"/>; may lie before <paramref name="Start"/>.</param>
/// <param name="IsLogarithmic">Whether equal ratios are equally long; both ends are above 0 then.</param>
internal sealed record ChartAxis(double From, double To, double Start, double End, bool IsLogarithmic = false)
{
    /// <summary>The coordinate of a value; values outside lie at the ends.</summary>
    public double At(double value) => Start + Share(value) * (End - Start);

    /// <summary>How far along the axis a value lies, 0 to 1.</summary>
    public double Share(double value)
        => Math.Clamp(IsLogarithmic ? Math.Log(Math.Max(value, From) / From) / Math.Log(To / From) : (value - From) / (To - From), 0, 1);

    /// <summary>Round values (1, 2 or 5 times a power of ten apart, or on a logarithmic axis such values), about as many as asked for.</summary>
    public IEnumerable<double> Ticks(int about) => IsLogarithmic ? LogarithmicTicks(about) : LinearTicks(about);

    private IEnumerable<double> LinearTicks(int about)
    {
        double rough = (To - From) / about;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 } * power;
        for (double i = Math.Ceiling(From / step - 1e-9); i * step <= To + 1e-9 * step; i++)
            yield return Math.Round(i * step, 12) + 0.0;   // no negative zero
    }

    // 1, 2, 5, 10, ... where there is room for them, else powers of ten, of which some are left out.
    private IEnumerable<double> LogarithmicTicks(int about)
    {
        int first = (int)Math.Floor(Math.Log10(From)), last = (int)Math.Ceiling(Math.Log10(To)), decades = last - first;
        double[] multiples = 3 * decades <= 2 * about ? [1, 2, 5] : [1];
        int every = Math.Max(1, decades / about);
        for (int power = first; power <= last; power += every)
            foreach (double multiple in multiples)
                if (multiple * Math.Pow(10, power) is var tick && tick >= From * (1 - 1e-9) && tick <= To * (1 + 1e-9))
                    yield return tick;
    }
}
