namespace DxmiMlNet.Line;

/// <summary>
/// Capital that bets on a change without knowing when it comes. At part t the share 1 / (t (t + 1)) of it is put on the bets, equally; the shares of all parts to come make up the
/// rest. Bets that began early may lose everything: those that begin with the change cost only the logarithm of the time before it (mixtures over change points: Shin, Ramdas and
/// Rinaldo, E-detectors, 2024). Where no bet gains in the mean, the whole is a supermartingale that begins at 1, and by Ville's inequality the probability that it ever reaches
/// c is at most 1 / c.
/// </summary>
/// <param name="bets">How many different bets there are.</param>
internal sealed class ChangeBets(int bets)
{
    private readonly double[] _log = [.. Enumerable.Repeat(double.NegativeInfinity, bets)];   // log of the capital on each bet
    private long _parts;

    /// <summary>Logarithm of the whole capital.</summary>
    public double LogCapital => LogSum([.. _log, -Math.Log(_parts + 1)]);

    /// <summary>Bets on a part.</summary>
    /// <param name="factors">What each bet's capital is multiplied by; in the mean at most 1 where nothing has changed.</param>
    public void Add(ReadOnlySpan<double> factors)
    {
        _parts++;
        double fresh = -Math.Log(_parts) - Math.Log(_parts + 1) - Math.Log(bets);
        for (int i = 0; i < bets; i++)
            _log[i] = LogSum([_log[i], fresh]) + Math.Log(factors[i]);
    }

    public static double LogSum(ReadOnlySpan<double> logs)
    {
        double greatest = double.NegativeInfinity;
        foreach (double log in logs)
            greatest = Math.Max(greatest, log);
        double sum = 0;
        foreach (double log in logs)
            sum += Math.Exp(log - greatest);
        return greatest + Math.Log(sum);
    }
}
