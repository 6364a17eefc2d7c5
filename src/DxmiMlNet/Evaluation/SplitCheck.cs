using DxmiMlNet.Decisions;

namespace DxmiMlNet.Evaluation;

/// <summary>
/// Whether a promised false-reject rate is kept on real good parts: their scores are split at random, again and again, into a part to calibrate on and
/// a part to check, and the rejected share of the latter is compared with the law that split-conformal theory gives for it.
/// </summary>
/// <remarks>
/// With n calibration scores a part is rejected when fewer than <c>k = floor(alpha (n + 1))</c> of them are at or above its own. Without ties the number
/// of rejected parts among m then follows BetaBinomial(m, k, n + 1 - k) (Vovk 2012; Angelopoulos and Bates 2021), whose mean share is k / (n + 1): at
/// most alpha, and less than 1 / (n + 1) below it. One split in a hundred may lie outside of the 99 % interval by chance.
/// </remarks>
public sealed record SplitCheck
{
    private const double Level = 0.99;

    /// <summary>The promised share.</summary>
    public required double Alpha { get; init; }

    /// <summary>n: scores to calibrate on in each split.</summary>
    public required int Calibration { get; init; }

    /// <summary>m: scores to check in each split.</summary>
    public required int Check { get; init; }

    /// <summary>Number of splits.</summary>
    public required int Splits { get; init; }

    /// <summary>Splits whose rejected share lies inside the interval.</summary>
    public required int InsideInterval { get; init; }

    /// <summary>Mean over the splits of the share of rejected parts, 0 to 1.</summary>
    public required double MeanRejected { get; init; }

    /// <summary>What theory expects of it: k / (n + 1).</summary>
    public required double ExpectedRejected { get; init; }

    /// <summary>The lowest share of a split.</summary>
    public required double LowestRejected { get; init; }

    /// <summary>The highest share of a split.</summary>
    public required double HighestRejected { get; init; }

    /// <summary>The lowest share in the 99 % interval.</summary>
    public required double IntervalLow { get; init; }

    /// <summary>The highest share in the 99 % interval.</summary>
    public required double IntervalHigh { get; init; }

    /// <summary>
    /// About half of the scores: of the numbers within a twentieth of the whole around the exact half that one with which the rate promised, k / (n + 1), comes
    /// closest to alpha. Rates are whole multiples of 1 / (n + 1); 96 scores, for example, have none between 0.0103 and 0.0206.
    /// </summary>
    /// <param name="scores">How many there are.</param>
    /// <param name="alpha">The promised share.</param>
    public static int Half(int scores, double alpha)
        => Enumerable.Range(scores / 2 - scores / 20, 2 * (scores / 20) + 1)
            .MinBy(n => (alpha - (double)ConformalCalibration.RejectedRank(n, alpha) / (n + 1), Math.Abs(2 * n - scores)));

    /// <summary>Splits scores at random and counts what is rejected.</summary>
    /// <param name="goodScores">Scores of good parts that the model was not trained on; finite.</param>
    /// <param name="alpha">The promised share, above 0 and below 1.</param>
    /// <param name="splits">Number of splits, 1 or more.</param>
    /// <param name="calibration">Scores to calibrate on, at least one fewer than there are; null for <see cref="Half"/>.</param>
    /// <param name="seed">Decides the splits; with the same seed they are the same for every alpha.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    /// <exception cref="DxmiException">There are too few scores for alpha.</exception>
    public static SplitCheck Run(IReadOnlyList<float> goodScores, double alpha, int splits, int? calibration = null, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(goodScores);
        ConformalCalibration.CheckAlpha(alpha);
        if (splits < 1)
            throw new ArgumentOutOfRangeException(nameof(splits), $"The number of splits is {splits}. Expected 1 or more. 50 is usual.");
        int n = calibration ?? Half(goodScores.Count, alpha), m = goodScores.Count - n;
        if (n < 0 || m < 1)
            throw new ArgumentOutOfRangeException(nameof(calibration),
                $"Of {goodScores.Count} good images {n} are to calibrate on. Expected at least one to remain to check. Take half of them.");
        float[] scores = [.. goodScores];
        var random = new Random(seed);
        var shares = new double[splits];
        for (int s = 0; s < splits; s++)
        {
            random.Shuffle(scores);
            float threshold = new ConformalCalibration(scores.AsSpan(0, n).ToArray()).Threshold(alpha);
            shares[s] = (double)scores.Skip(n).Count(score => score >= threshold) / m;
        }
        int k = ConformalCalibration.RejectedRank(n, alpha);
        var (low, high) = new BetaBinomial(m, k, n + 1 - k).Interval(Level);
        return new SplitCheck
        {
            Alpha = alpha,
            Calibration = n,
            Check = m,
            Splits = splits,
            InsideInterval = shares.Count(share => share >= (double)low / m && share <= (double)high / m),
            MeanRejected = shares.Average(),
            ExpectedRejected = (double)k / (n + 1),
            LowestRejected = shares.Min(),
            HighestRejected = shares.Max(),
            IntervalLow = (double)low / m,
            IntervalHigh = (double)high / m,
        };
    }
}
