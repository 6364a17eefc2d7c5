namespace DxmiMlNet.Decisions;

/// <summary>
/// Split-conformal p-values from the scores of n good parts that the model was not fitted on (Papadopoulos et al. 2002; Vovk, Gammerman and
/// Shafer, Algorithmic Learning in a Random World, 2005): p(s) = (1 + #{calibration score >= s}) / (n + 1). If a good part is exchangeable with
/// them, P(p &lt;= alpha) &lt;= alpha, whatever the distribution of scores; ties only make it smaller.
/// </summary>
internal sealed class ConformalCalibration
{
    private readonly float[] _ascending;

    /// <param name="goodScores">Finite, in any order.</param>
    public ConformalCalibration(IEnumerable<float> goodScores)
    {
        _ascending = [.. goodScores];
        Array.Sort(_ascending);
    }

    /// <summary>The calibration scores in ascending order.</summary>
    public ReadOnlySpan<float> Scores => _ascending;

    /// <summary>int: n; float[n]: the scores, ascending.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(_ascending.Length);
        foreach (float score in _ascending)
            writer.Write(score);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="FormatException">There are fewer scores than <paramref name="least"/>, or one is not finite.</exception>
    public static ConformalCalibration Read(BinaryReader reader, long least)
    {
        int n = reader.ReadInt32();
        if (n < least)
            throw new FormatException($"there are {n} calibration scores, {least} are needed");
        var scores = new List<float>();   // grows as it reads: a damaged n runs into the end of the stream, not out of memory
        for (int i = 0; i < n; i++)
        {
            float score = reader.ReadSingle();
            if (!float.IsFinite(score))
                throw new FormatException($"calibration score {i} is {score}");
            scores.Add(score);
        }
        return new ConformalCalibration(scores);
    }

    /// <summary>p-value of a finite score, in [1 / (n + 1), 1].</summary>
    public double PValue(float score) => (1.0 + CountAtOrAbove(score)) / (_ascending.Length + 1);

    /// <summary>
    /// The smallest score whose p-value is at most alpha. With k = floor(alpha (n + 1)), p(s) &lt;= alpha exactly when fewer than k calibration
    /// scores are at or above s: when s exceeds the k-th largest of them.
    /// </summary>
    /// <exception cref="DxmiException">alpha &lt; 1 / (n + 1): no score could be rejected.</exception>
    public float Threshold(double alpha)
    {
        int n = _ascending.Length, k = RejectedRank(n, alpha);
        return k >= 1 ? MathF.BitIncrement(_ascending[n - k]) : throw TooFew(alpha);
    }

    /// <summary>k = floor(alpha (n + 1)): what exceeds the k-th largest of n calibration scores is rejected; 0 where nothing can be.</summary>
    public static int RejectedRank(int n, double alpha)
    {
        int k = (int)Math.Floor(alpha * (n + 1));
        // The product rounds (0.29 * 100 < 29), the quotient that PValue compares with alpha does not: it decides.
        if (Fraction(k + 1) <= alpha)
            k++;
        else if (Fraction(k) > alpha)
            k--;
        return k;

        double Fraction(int count) => (double)count / (n + 1);
    }

    /// <summary>How many calibration scores an alpha needs: the smallest n with 1 / (n + 1) &lt;= alpha.</summary>
    public static long RequiredCount(double alpha)
    {
        long n = (long)Math.Ceiling(1 / alpha) - 1;
        if (1.0 / (n + 1) > alpha)
            n++;
        else if (n > 0 && 1.0 / n <= alpha)
            n--;
        return n;
    }

    /// <summary>Refuses a level outside 0 to 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not between 0 and 1.</exception>
    public static void CheckAlpha(double alpha)
    {
        if (!(alpha > 0 && alpha < 1))
            throw new ArgumentOutOfRangeException(nameof(alpha),
                $"Alpha is {alpha}. Expected a share of good parts between 0 and 1, both excluded. Take for example 0.05.");
    }

    private DxmiException TooFew(double alpha)
    {
        int n = _ascending.Length;
        double smallest = Math.Ceiling(1e4 / (n + 1)) / 1e4;
        return new DxmiException($"There are {n} good images to calibrate on.",
            $"alpha = {alpha} needs at least {RequiredCount(alpha)}.",
            n == 0
                ? "Calibrate on good images that the model was not trained on."
                : $"Add good images that the model was not trained on, or accept alpha = {smallest} or larger.");
    }

    // Lower bound by bisection: the first of equal scores counts.
    private int CountAtOrAbove(float score)
    {
        int low = 0, high = _ascending.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_ascending[middle] < score)
                low = middle + 1;
            else
                high = middle;
        }
        return _ascending.Length - low;
    }
}
