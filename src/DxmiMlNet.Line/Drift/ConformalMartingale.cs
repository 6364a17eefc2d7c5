namespace DxmiMlNet.Line;

/// <summary>
/// Bets against "the next part comes from where those before came from". Its p-values are the randomised ranks of each score among those of calibration and of all parts
/// before, which are independent and uniform as long as all are exchangeable (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005, theorem 8.2); the bets are
/// those of the simple jumper (Vovk et al., Retrain or not retrain, COPA 2021). Its capital is then a martingale that begins at 1, and by Ville's inequality the probability that it
/// ever reaches c is at most 1 / c.
/// </summary>
internal sealed class ConformalMartingale
{
    private const double Jump = 0.01;   // the paper's J
    private static readonly double[] s_stakes = [-1, 0, 1];

    // Beyond, new parts replace none: ranks among so many are as good as ranks among all, and the argument needs only a fixed set that grows.
    private const int MostScores = 20_000;

    private readonly List<float> _ascending;
    private readonly double[] _log = [.. Enumerable.Repeat(Math.Log(1 / 3.0), 3)];   // log of the capital on each stake

    public ConformalMartingale(IEnumerable<float> calibrationScores)
    {
        _ascending = [.. calibrationScores.Order()];
    }

    /// <summary>Logarithm of the capital.</summary>
    public double LogCapital => LogSum(_log);

    /// <summary>Bets on a part, then sees it.</summary>
    /// <param name="score">Its score; finite.</param>
    /// <param name="uniform">A number from 0 to 1 that breaks ties.</param>
    /// <returns>Its p-value: small where few before scored as high.</returns>
    public double Add(float score, double uniform)
    {
        int from = LowerBound(score, strictly: false), to = LowerBound(score, strictly: true);
        int above = _ascending.Count - to, equal = to - from + 1;   // the part itself, too
        double p = (above + uniform * equal) / (_ascending.Count + 1);
        Bet(p);
        if (_ascending.Count < MostScores)
            _ascending.Insert(to, score);
        return p;
    }

    private void Bet(double p)
    {
        double all = LogSum(_log);
        for (int i = 0; i < s_stakes.Length; i++)
        {
            // A share of the capital on every stake is spread over all of them: what pays changes with time.
            _log[i] = LogSum([Math.Log(1 - Jump) + _log[i], Math.Log(Jump / 3) + all]);
            _log[i] += Math.Log(1 + s_stakes[i] * (p - 0.5));
        }
    }

    // The first place whose score is at least, or strictly above, a score.
    private int LowerBound(float score, bool strictly)
    {
        int low = 0, high = _ascending.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (strictly ? _ascending[middle] <= score : _ascending[middle] < score)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    private static double LogSum(ReadOnlySpan<double> logs)
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

/// <summary>
/// Bets against "at most a share q of the parts do not pass". With a stake s on every part the capital is multiplied by 1 + s (x - q), x = 1 for a part that does not pass: in the
/// mean by at most 1 where the share is at most q, so that Ville's inequality holds for it, too.
/// </summary>
/// <param name="share">q, above 0 and below 1.</param>
internal sealed class ShareTest(double share)
{
    // Stakes of the mixture, as shares of the greatest that cannot lose everything, 1 / q.
    private static readonly double[] s_stakes = [0.02, 0.05, 0.1, 0.2, 0.4];
    private readonly double[] _log = new double[s_stakes.Length];

    public double LogCapital => Math.Log(_log.Average(log => Math.Exp(Math.Min(log, 700))));

    public void Add(bool passed)
    {
        for (int i = 0; i < s_stakes.Length; i++)
            _log[i] += Math.Log(1 + s_stakes[i] / share * ((passed ? 0 : 1) - share));
    }
}
