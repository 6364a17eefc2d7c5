namespace DxmiMlNet.Reports;

/// <summary>Maps values to a drawing's coordinates, with ticks at round numbers.</summary>
/// <param name="From">The least value shown.</param>
/// <param name="To">The greatest value shown, above <paramref name="From"/>.</param>
/// <param name="Start">The coordinate of <paramref name="From"/>.</param>
/// <param name="End">The coordinate of <paramref name="To"/>; may lie before <paramref name="Start"/>.</param>
internal sealed record ChartAxis(double From, double To, double Start, double End)
{
    /// <summary>The coordinate of a value; values outside lie at the ends.</summary>
    public double At(double value) => Start + Math.Clamp((value - From) / (To - From), 0, 1) * (End - Start);

    /// <summary>Round values (1, 2 or 5 times a power of ten apart), about as many as asked for.</summary>
    public IEnumerable<double> Ticks(int about)
    {
        double rough = (To - From) / about;
        double power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 } * power;
        for (double i = Math.Ceiling(From / step - 1e-9); i * step <= To + 1e-9 * step; i++)
            yield return Math.Round(i * step, 12) + 0.0;   // no negative zero
    }
}
