namespace DxmiMlNet.Line;

/// <summary>
/// Bets against "the next part comes from where those before came from". Its p-values are the randomised ranks of each score among those of calibration and of all parts
/// before, which are independent and uniform as long as all are exchangeable (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005, theorem 8.2).
/// </summary>
internal sealed class ConformalMartingale
{
    // Slopes of bets on larger and smaller p-values, 1 + s (p - 1/2); and the exponent of one on very small ones, e p^(e - 1). The integral of each over p is 1.
    private static readonly double[] s_slopes = [-1.8, -0.8, 0.8, 1.8];
    private const double Exponent = 0.3;

    // Beyond, new parts replace none: ranks among so many are as good as ranks among all, and the argument needs only a set that was fixed before.
    private const int MostScores = 20_000;

    private readonly List<float> _ascending;
    private readonly ChangeBets _bets = new(s_slopes.Length + 1);
    private readonly double[] _factors = new double[s_slopes.Length + 1];

    public ConformalMartingale(IEnumerable<float> calibrationScores)
    {
        _ascending = [.. calibrationScores.Order()];
    }

    /// <summary>Logarithm of the capital, which begins at 1.</summary>
    public double LogCapital => _bets.LogCapital;

    /// <summary>Bets on a part, then sees it.</summary>
    /// <param name="score">Its score; finite.</param>
    /// <param name="uniform">A number above 0 and up to 1 that breaks ties.</param>
    /// <returns>Its p-value: small where few before scored as high.</returns>
    public double Add(float score, double uniform)
    {
        int from = LowerBound(score, strictly: false), to = LowerBound(score, strictly: true);
        int above = _ascending.Count - to, equal = to - from + 1;   // the part itself, too
        double p = (above + uniform * equal) / (_ascending.Count + 1);
        for (int i = 0; i < s_slopes.Length; i++)
            _factors[i] = 1 + s_slopes[i] * (p - 0.5);
        _factors[^1] = Exponent * Math.Pow(p, Exponent - 1);
        _bets.Add(_factors);
        if (_ascending.Count < MostScores)
            _ascending.Insert(to, score);
        return p;
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
}

/// <summary>
/// Bets against "at most a share q of the parts do not pass". With the stake s the capital is multiplied by 1 + s (x / q - 1), x = 1 for a part that does not pass: in the mean by at
/// most 1 where the share is at most q.
/// </summary>
/// <param name="share">q, above 0 and below 1.</param>
internal sealed class ShareTest(double share)
{
    private static readonly double[] s_stakes = [0.02, 0.05, 0.1, 0.2, 0.4];

    private readonly ChangeBets _bets = new(s_stakes.Length);

    /// <summary>Logarithm of the capital, which begins at 1.</summary>
    public double LogCapital => _bets.LogCapital;

    public void Add(bool passed) => _bets.Add([.. s_stakes.Select(stake => 1 + stake * ((passed ? 0 : 1 / share) - 1))]);
}
