using DxmiMlNet.Decisions;

namespace DxmiMlNet.Reports;

/// <summary>The images worth looking at: where the inspection was wrong, worst first, and where it nearly decided otherwise.</summary>
/// <param name="MissedDefects">Anomalous images that passed, the lowest score first.</param>
/// <param name="FalseAlarms">Good images that were rejected, the highest score first.</param>
/// <param name="Borderline">Of the others those closest to a threshold, the closest first.</param>
public sealed record ReportSelection(IReadOnlyList<ReportImage> MissedDefects, IReadOnlyList<ReportImage> FalseAlarms, IReadOnlyList<ReportImage> Borderline)
{
    /// <summary>All chosen images, each once.</summary>
    public IEnumerable<ReportImage> All => [.. MissedDefects, .. FalseAlarms, .. Borderline];

    /// <summary>Chooses at most a number of images: up to a third missed defects, up to a third false alarms, the rest borderline.</summary>
    /// <param name="images">All inspected images.</param>
    /// <param name="thresholds">The scores at which the verdict changes.</param>
    /// <param name="maximumCount">0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public static ReportSelection Choose(IReadOnlyList<ReportImage> images, ReportThresholds thresholds, int maximumCount = 24)
    {
        if (maximumCount < 0)
            throw new ArgumentOutOfRangeException(nameof(maximumCount), $"The number of pictures is {maximumCount}. Expected 0 or more. Take for example 24.");
        int third = (maximumCount + 2) / 3;
        // Where scores are equal the path decides, so that the same results give the same report.
        var missed = images.Where(IsMissed).OrderBy(i => i.Score).ThenBy(i => i.Path, StringComparer.Ordinal).Take(third).ToArray();
        var alarms = images.Where(IsFalseAlarm).OrderByDescending(i => i.Score).ThenBy(i => i.Path, StringComparer.Ordinal)
            .Take(Math.Min(third, maximumCount - missed.Length)).ToArray();
        var borderline = images.Where(i => !IsMissed(i) && !IsFalseAlarm(i))
            .OrderBy(i => Math.Min(Math.Abs(i.Score - thresholds.Review), Math.Abs(i.Score - thresholds.Reject))).ThenBy(i => i.Path, StringComparer.Ordinal)
            .Take(maximumCount - missed.Length - alarms.Length).ToArray();
        return new ReportSelection(missed, alarms, borderline);
    }

    internal static bool IsMissed(ReportImage image) => image is { IsAnomalous: true, Verdict: Verdicts.Pass };

    internal static bool IsFalseAlarm(ReportImage image) => image is { IsAnomalous: false, Verdict: Verdicts.Reject };
}
