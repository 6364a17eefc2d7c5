namespace DxmiMlNet.Evaluation;

/// <summary>
/// Metrics of anomaly maps against ground-truth masks, exact over all pixels of all images: equal values are one step of every curve.
/// For many images use <see cref="InspectionEvaluator"/>, which needs one map at a time.
/// </summary>
public static class PixelMetrics
{
    /// <summary>The false-positive rate up to which AUPRO is integrated: 0.3, as MVTec AD's authors do.</summary>
    public const double AuproLimit = 0.3;

    /// <summary>Area under the ROC curve of all pixels: the probability that a defect pixel has a higher value than a normal one, a tie counting half.</summary>
    /// <param name="maps">One an image, [height, width] row by row, finite.</param>
    /// <param name="masks">One an image, [height, width], true on defects; null for an image without defect.</param>
    /// <param name="height">Rows of every map.</param>
    /// <param name="width">Columns of every map.</param>
    /// <returns>0 to 1; NaN unless there are both normal and defect pixels.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a value is not finite.</exception>
    public static double AreaUnderRoc(IReadOnlyList<float[]> maps, IReadOnlyList<bool[]?> masks, int height, int width)
        => PixelCurve.Measure([Collect(maps, masks, height, width)], AuproLimit).Auroc;

    /// <summary>
    /// Area under the per-region-overlap curve (Bergmann et al., The MVTec Anomaly Detection Dataset, IJCV 2021): over all thresholds, the mean over
    /// defect regions (8-connected components of the masks) of the share of the region that is found, against the share of normal pixels
    /// that are found; integrated from 0 to the limit, with linear interpolation there, and divided by the limit.
    /// </summary>
    /// <param name="maps">One an image, [height, width] row by row, finite.</param>
    /// <param name="masks">One an image, [height, width], true on defects; null for an image without defect.</param>
    /// <param name="height">Rows of every map.</param>
    /// <param name="width">Columns of every map.</param>
    /// <param name="falsePositiveLimit">Upper end of the integral, in (0, 1].</param>
    /// <returns>0 to 1; NaN unless there are both normal and defect pixels.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a value is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The limit is not in (0, 1].</exception>
    public static double Aupro(IReadOnlyList<float[]> maps, IReadOnlyList<bool[]?> masks, int height, int width, double falsePositiveLimit = AuproLimit)
    {
        if (!(falsePositiveLimit > 0 && falsePositiveLimit <= 1))
            throw new ArgumentOutOfRangeException(nameof(falsePositiveLimit),
                $"The limit of the false-positive rate is {falsePositiveLimit}. It should be above 0 and at most 1. {AuproLimit} is usual.");
        return PixelCurve.Measure([Collect(maps, masks, height, width)], falsePositiveLimit).Aupro;
    }

    /// <summary>The first value of a map that is not finite, or -1.</summary>
    internal static int FirstNotFinite(ReadOnlySpan<float> map)
    {
        for (int i = 0; i < map.Length; i++)
            if (!float.IsFinite(map[i]))
                return i;
        return -1;
    }

    private static PixelScores Collect(IReadOnlyList<float[]> maps, IReadOnlyList<bool[]?> masks, int height, int width)
    {
        if (maps.Count != masks.Count)
            throw new ArgumentException(
                $"There are {maps.Count} maps and {masks.Count} masks. One of each an image was expected. Pass null for an image without defect.");
        var pixels = new PixelScores();
        for (int i = 0; i < maps.Count; i++)
        {
            if (maps[i].Length != height * width || masks[i] is { } m && m.Length != height * width)
                throw new ArgumentException(
                    $"Map {i} has {maps[i].Length} values, its mask {masks[i]?.Length ?? 0}. Both should have {height} x {width}. Resize them first.");
            int bad = FirstNotFinite(maps[i]);
            if (bad >= 0)
                throw new ArgumentException(
                    $"Map {i} has {maps[i][bad]} at row {bad / width}, column {bad % width}. Finite values were expected. Leave that image out.");
            if (masks[i] is { } mask)
                pixels.Add(maps[i], mask, height, width);
            else
                pixels.Add(maps[i]);
        }
        return pixels;
    }
}
