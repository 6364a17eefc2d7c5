namespace DxmiMlNet.Reports;

/// <summary>What share of the defects is found when a share of the good parts is rejected, for every threshold.</summary>
/// <param name="Points">From (0, 0) to (1, 1); equal scores are one slanted step, and points inside a straight stretch are left out.</param>
internal sealed record RocCurve(IReadOnlyList<(double FalseRejects, double Found)> Points)
{
    /// <summary>Null where a class is missing: there is no curve then. Scores that are not finite are left out.</summary>
    public static RocCurve? Of(IReadOnlyList<ReportImage> images)
    {
        var scored = images.Where(i => i.IsAnomalous is not null && double.IsFinite(i.Score)).ToArray();
        int good = scored.Count(i => i.IsAnomalous == false), anomalous = scored.Length - good;
        if (good == 0 || anomalous == 0)
            return null;
        var points = new List<(double FalseRejects, double Found)> { (0, 0) };
        int rejected = 0, found = 0;
        foreach (var tie in scored.GroupBy(i => i.Score).OrderByDescending(g => g.Key))
        {
            found += tie.Count(i => i.IsAnomalous == true);
            rejected += tie.Count(i => i.IsAnomalous == false);
            var next = (FalseRejects: rejected / (double)good, Found: found / (double)anomalous);
            if (points.Count > 1 && ((points[^2].FalseRejects == points[^1].FalseRejects && points[^1].FalseRejects == next.FalseRejects)
                || (points[^2].Found == points[^1].Found && points[^1].Found == next.Found)))
                points.RemoveAt(points.Count - 1);
            points.Add(next);
        }
        return new RocCurve(points);
    }

    /// <summary>The area under it: the image AUROC.</summary>
    public double Area => Points.Zip(Points.Skip(1), (a, b) => (b.FalseRejects - a.FalseRejects) * (a.Found + b.Found) / 2).Sum();
}
