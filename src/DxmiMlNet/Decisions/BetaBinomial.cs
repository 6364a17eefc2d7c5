namespace DxmiMlNet.Decisions;

/// <summary>
/// The beta-binomial law: how many of m trials succeed whose common probability is drawn from Beta(a, b),
/// <c>P(j) = C(m, j) B(j + a, m - j + b) / B(a, b)</c>.
/// </summary>
/// <remarks>
/// Split-conformal calibration on n scores without ties rejects what exceeds the k-th largest, <c>k = floor(alpha (n + 1))</c>. Given the calibration set
/// the probability to reject a new good part is the (n + 1 - k)-th smallest of n uniform numbers away from 1, which is distributed as Beta(k, n + 1 - k)
/// (Vovk, Conditional validity of inductive conformal predictors, 2012, proposition 2; Angelopoulos and Bates, A Gentle Introduction to Conformal Prediction,
/// 2021, section 3.2 and appendix C). So of m new good parts BetaBinomial(m, k, n + 1 - k) are rejected: m k / (n + 1) on the average.
/// </remarks>
/// <param name="Trials">m, 1 or more.</param>
/// <param name="A">a, 1 or more.</param>
/// <param name="B">b, 1 or more.</param>
internal sealed record BetaBinomial(int Trials, int A, int B)
{
    /// <summary>P(j) for j = 0..m, by the ratio P(j + 1) / P(j) = (m - j) (j + a) / ((j + 1) (m - j - 1 + b)).</summary>
    public double[] Probabilities()
    {
        // In logarithms: P(0) of many trials is below the smallest double.
        // P(0) = B(a, m + b) / B(a, b): the product over i below m of (b + i) / (a + b + i).
        double log = 0;
        for (int i = 0; i < Trials; i++)
            log += Math.Log((B + i) / (double)(A + B + i));
        var p = new double[Trials + 1];
        p[0] = Math.Exp(log);
        for (int j = 0; j < Trials; j++)
        {
            log += Math.Log((Trials - j) * (double)(j + A) / ((j + 1.0) * (Trials - j - 1 + B)));
            p[j + 1] = Math.Exp(log);
        }
        return p;
    }

    /// <summary>The central interval: on either side of it lies a probability of at most half of what the level leaves.</summary>
    /// <param name="level">For example 0.99.</param>
    /// <returns>The least and the greatest number inside.</returns>
    public (int Low, int High) Interval(double level)
    {
        double tail = (1 - level) / 2;
        var p = Probabilities();
        int low = 0, high = Trials;
        for (double below = p[0]; below <= tail && low < Trials; below += p[low])
            low++;
        for (double above = p[Trials]; above <= tail && high > 0; above += p[high])
            high--;
        return (low, high);
    }
}
