using DxmiMlNet.Decisions;

namespace DxmiMlNet.Explanation;

/// <summary>
/// What the values of an anomaly map mean, learned from good parts, so that one colour means the same deviation on every image.
/// </summary>
/// <param name="Low">The start of the colour scale: the ordinary value of a good part.</param>
/// <param name="High">The end of the colour scale, above <paramref name="Low"/>; greater values keep the last colour.</param>
/// <param name="Threshold">The value above which a pixel belongs to a defect region; positive infinity outlines nothing.</param>
public sealed record AnomalyScale(float Low, float High, float Threshold)
{
    /// <summary>How far the scale reaches: High deviates this many times as much from Low as the typical maximum of a good part.</summary>
    public const double Reach = 32;

    /// <summary>
    /// The scale of good parts from one median and one maximum a good map: <c>Low = median(medians)</c>,
    /// <c>High = Low + 32 (median(maxima) - Low)</c>, and <c>Threshold</c> is the split-conformal quantile of the maxima
    /// (<see cref="ConformalCalibration"/>).
    /// </summary>
    internal static AnomalyScale FromGoodMaps(GoodMaps maps, double alpha)
    {
        float threshold = new ConformalCalibration(maps.Maxima).Threshold(alpha);
        float low = GoodMaps.Median(maps.Medians);
        double range = (GoodMaps.Median(maps.Maxima) - (double)low) * Reach;
        // Constant maps have no range: then any visible deviation is a full one.
        range = Math.Max(range, 1e-6 * Math.Max(1, Math.Abs(low)));
        return new AnomalyScale(low, (float)(low + range), threshold);
    }

    /// <summary>
    /// Where a value lies on the scale. Energies grow with the square of a deviation and more: a linear scale would show every clear defect as
    /// one flat blot. So the scale is linear up to the typical maximum of a good part, which lies at <see cref="HeatColors.VisibleFrom"/>, and
    /// logarithmic above.
    /// </summary>
    /// <param name="value">A value of an anomaly map.</param>
    /// <returns>0 at <see cref="Low"/> and below, 1 at <see cref="High"/> and above.</returns>
    public float Position(float value)
    {
        double deviation = (value - (double)Low) / (High - (double)Low) * Reach;   // 1 for the typical maximum of a good part
        double position = deviation <= 1
            ? HeatColors.VisibleFrom * deviation
            : HeatColors.VisibleFrom + (1 - HeatColors.VisibleFrom) * Math.Log(deviation) / Math.Log(Reach);
        return (float)Math.Clamp(position, 0, 1);
    }

    internal void Check()
    {
        if (!float.IsFinite(Low) || !float.IsFinite(High) || !(High > Low) || float.IsNaN(Threshold))
            throw new ArgumentOutOfRangeException("scale",
                $"The anomaly scale goes from {Low} to {High} with threshold {Threshold}. "
                + "Expected finite ends, the second above the first, and a threshold that is a number. Take the scale of a fitted DrawAnomalyMap, or correct the values.");
    }
}
