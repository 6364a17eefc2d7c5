namespace DxmiMlNet.Evaluation;

/// <summary>
/// Metrics of one score an image against its label, exact and independent of the order of the images: images with equal scores are
/// one step of every curve. A higher score means more anomalous; a threshold rejects what scores at or above it.
/// </summary>
public static class RankMetrics
{
    /// <summary>The image ROC and precision-recall curves as counts: one point a distinct score, from the highest to the lowest.</summary>
    /// <param name="scores">One a image, not NaN.</param>
    /// <param name="isAnomalous">One a image.</param>
    /// <returns>Cumulative counts; the last point calls every image anomalous. Empty without images.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    public static IReadOnlyList<OperatingPoint> OperatingPoints(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomalous)
    {
        CheckLengths(scores.Length, isAnomalous.Length);
        int nan = scores.IndexOf(float.NaN);
        if (nan >= 0)
            throw new ArgumentException($"Score {nan} is NaN. A score that can be ranked was expected. Leave that image out.", nameof(scores));

        float[] sorted = scores.ToArray();
        bool[] labels = isAnomalous.ToArray();
        Array.Sort(sorted, labels);
        var points = new List<OperatingPoint>();
        int truePositives = 0, falsePositives = 0;
        for (int i = sorted.Length - 1; i >= 0; i--)
        {
            if (labels[i])
                truePositives++;
            else
                falsePositives++;
            if (i == 0 || sorted[i - 1] != sorted[i])
                points.Add(new OperatingPoint(sorted[i], truePositives, falsePositives));
        }
        return points;
    }

    /// <summary>
    /// Area under the ROC curve: the probability that an anomalous image scores higher than a good one, a tie counting half
    /// (Mann-Whitney; Hanley and McNeil 1982).
    /// </summary>
    /// <param name="scores">One a image, not NaN.</param>
    /// <param name="isAnomalous">One a image.</param>
    /// <returns>0 to 1; NaN unless there are both good and anomalous images.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    public static double AreaUnderRoc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomalous)
    {
        double twiceArea = 0;
        var last = default(OperatingPoint);
        foreach (var point in OperatingPoints(scores, isAnomalous))
        {
            twiceArea += (double)(point.FalsePositives - last.FalsePositives) * (point.TruePositives + last.TruePositives);
            last = point;
        }
        return twiceArea / (2.0 * last.TruePositives * last.FalsePositives);   // 0/0 = NaN with one class only
    }

    /// <summary>
    /// Average precision: the sum over the distinct scores of the gain in recall times the precision there, without interpolation
    /// (the definition of scikit-learn's <c>average_precision_score</c>).
    /// </summary>
    /// <param name="scores">One a image, not NaN.</param>
    /// <param name="isAnomalous">One a image.</param>
    /// <returns>0 to 1; NaN without anomalous images.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    public static double AveragePrecision(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomalous)
    {
        double sum = 0;
        var last = default(OperatingPoint);
        foreach (var point in OperatingPoints(scores, isAnomalous))
        {
            sum += (point.TruePositives - last.TruePositives) * ((double)point.TruePositives / (point.TruePositives + point.FalsePositives));
            last = point;
        }
        return sum / last.TruePositives;
    }

    /// <summary>The largest F1 that any threshold reaches, and that threshold; the highest one where several do.</summary>
    /// <param name="scores">One a image, not NaN.</param>
    /// <param name="isAnomalous">One a image.</param>
    /// <returns>F1 from 0 to 1 and the smallest score that is rejected; both NaN without anomalous images.</returns>
    /// <exception cref="ArgumentException">The lengths differ, or a score is NaN.</exception>
    public static (double F1, float Threshold) BestF1(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomalous)
    {
        int anomalous = isAnomalous.Count(true);
        var best = (F1: double.NaN, Threshold: float.NaN);
        foreach (var point in OperatingPoints(scores, isAnomalous))
        {
            double f1 = F1(point.TruePositives, point.FalsePositives, anomalous);
            if (!(f1 <= best.F1))   // true for the first point, too
                best = (f1, point.Threshold);
        }
        return anomalous == 0 ? (double.NaN, float.NaN) : best;
    }

    /// <summary>F1 when every image that scores at or above a threshold is rejected.</summary>
    /// <param name="scores">One a image; NaN is rejected, as it is by the calibrated decision.</param>
    /// <param name="isAnomalous">One a image.</param>
    /// <param name="threshold">The smallest score that is rejected.</param>
    /// <returns>0 to 1; NaN without anomalous images.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double F1AtThreshold(ReadOnlySpan<float> scores, ReadOnlySpan<bool> isAnomalous, float threshold)
    {
        var rejected = new bool[scores.Length];
        for (int i = 0; i < rejected.Length; i++)
            rejected[i] = !(scores[i] < threshold);
        return F1(rejected, isAnomalous);
    }

    /// <summary>F1 = 2 TP / (2 TP + FP + FN) of decisions already taken.</summary>
    /// <param name="rejected">One a image.</param>
    /// <param name="isAnomalous">One a image.</param>
    /// <returns>0 to 1; NaN without anomalous images.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double F1(ReadOnlySpan<bool> rejected, ReadOnlySpan<bool> isAnomalous)
    {
        CheckLengths(rejected.Length, isAnomalous.Length);
        int truePositives = 0, falsePositives = 0, anomalous = 0;
        for (int i = 0; i < rejected.Length; i++)
        {
            anomalous += isAnomalous[i] ? 1 : 0;
            truePositives += rejected[i] && isAnomalous[i] ? 1 : 0;
            falsePositives += rejected[i] && !isAnomalous[i] ? 1 : 0;
        }
        return F1(truePositives, falsePositives, anomalous);
    }

    /// <summary>The share of good images that were rejected.</summary>
    /// <param name="rejected">One a image.</param>
    /// <param name="isAnomalous">One a image.</param>
    /// <returns>0 to 1; NaN without good images.</returns>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double FalseRejectRate(ReadOnlySpan<bool> rejected, ReadOnlySpan<bool> isAnomalous)
    {
        CheckLengths(rejected.Length, isAnomalous.Length);
        int good = 0, rejectedGood = 0;
        for (int i = 0; i < rejected.Length; i++)
        {
            good += isAnomalous[i] ? 0 : 1;
            rejectedGood += rejected[i] && !isAnomalous[i] ? 1 : 0;
        }
        return (double)rejectedGood / good;
    }

    // TP + FN = anomalous, so 2 TP + FP + FN = TP + FP + anomalous.
    private static double F1(int truePositives, int falsePositives, int anomalous)
        => anomalous == 0 ? double.NaN : 2.0 * truePositives / (truePositives + falsePositives + anomalous);

    private static void CheckLengths(int values, int labels)
    {
        if (values != labels)
            throw new ArgumentException($"There are {values} values and {labels} labels. One of each an image was expected. Pass arrays of equal length.");
    }
}
