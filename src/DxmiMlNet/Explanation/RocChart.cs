using System.Xml.Linq;
using static DxmiMlNet.Explanation.Html;

namespace DxmiMlNet.Explanation;

/// <summary>The ROC curve: what share of the defects is found when a share of the good parts is rejected, with the verdicts' own points on it.</summary>
internal static class RocChart
{
    private const double Side = 340, Left = 66, Right = 22, Top = 14, Bottom = 46;

    /// <summary>Null where a class is missing: there is no curve then.</summary>
    public static XElement? Draw(IReadOnlyList<ReportImage> images)
    {
        var scored = images.Where(i => double.IsFinite(i.Score)).ToArray();
        int good = scored.Count(i => !i.IsAnomalous), anomalous = scored.Length - good;
        if (good == 0 || anomalous == 0)
            return null;
        var curve = Curve(scored, good, anomalous);
        double area = Area(curve);
        var x = new ChartAxis(0, 1, Left, Side - Right);
        var y = new ChartAxis(0, 1, Side - Bottom, Top);
        var reject = Operating(scored, good, anomalous, verdict => verdict == ReportImage.Reject);
        var review = Operating(scored, good, anomalous, verdict => verdict != ReportImage.Pass);
        string summary = $"ROC curve with area {Number(area)}. Rejecting finds {Percent(reject.Found)} of the defects and {Percent(reject.False)} of the good parts; "
            + $"with review {Percent(review.Found)} and {Percent(review.False)}.";

        return Element("svg", ("viewBox", $"0 0 {Side} {Side}"), ("role", "img"), ("aria-label", summary),
            x.Ticks(4).Select(tick => Element("g",
                Element("line", ("class", "grid"), ("x1", x.At(tick)), ("x2", x.At(tick)), ("y1", Top), ("y2", Side - Bottom)),
                Label(Percent(tick), x.At(tick), Side - Bottom + 18, "middle"))),
            y.Ticks(4).Select(tick => Element("g",
                Element("line", ("class", "grid"), ("x1", Left), ("x2", Side - Right), ("y1", y.At(tick)), ("y2", y.At(tick))),
                Label(Percent(tick), Left - 6, y.At(tick) + 4, "end"))),
            Element("line", ("class", "chance"), ("x1", Left), ("x2", Side - Right), ("y1", Side - Bottom), ("y2", Top)),
            Element("polyline", ("class", "curve"), ("points", string.Join(' ', curve.Select(p => $"{Coordinate(x.At(p.False))},{Coordinate(y.At(p.Found))}")))),
            review == reject ? null : Element("rect", ("class", "mark"),
                ("x", x.At(review.False) - 5), ("y", y.At(review.Found) - 5), ("width", 10.0), ("height", 10.0)),
            Element("circle", ("class", "mark"), ("cx", x.At(reject.False)), ("cy", y.At(reject.Found)), ("r", 5.5)),
            Label($"AUROC {Number(area)}", Side - Right - 8, Side - Bottom - 58, "end", "big"),
            Label("○ reject", Side - Right - 8, Side - Bottom - 32, "end", "strong"),
            review == reject ? null : Label("□ reject or review", Side - Right - 8, Side - Bottom - 14, "end", "strong"),
            Label("good parts rejected", (Left + Side - Right) / 2, Side - 6, "middle"),
            Element("text", ("class", "tick"), ("text-anchor", "middle"),
                ("transform", $"translate(13 {Coordinate((Top + Side - Bottom) / 2)}) rotate(-90)"), "defects found"));
    }

    // One point a distinct score, from the highest down: equal scores are one step, a slanted one. Points inside a straight stretch are left out.
    private static List<(double False, double Found)> Curve(ReportImage[] scored, int good, int anomalous)
    {
        var points = new List<(double False, double Found)> { (0, 0) };
        int falseAlarms = 0, found = 0;
        foreach (var tie in scored.GroupBy(i => i.Score).OrderByDescending(g => g.Key))
        {
            found += tie.Count(i => i.IsAnomalous);
            falseAlarms += tie.Count(i => !i.IsAnomalous);
            var next = (falseAlarms / (double)good, found / (double)anomalous);
            if (points.Count > 1 && ((points[^2].False == points[^1].False && points[^1].False == next.Item1)
                || (points[^2].Found == points[^1].Found && points[^1].Found == next.Item2)))
                points.RemoveAt(points.Count - 1);
            points.Add(next);
        }
        return points;
    }

    private static double Area(List<(double False, double Found)> curve)
        => curve.Zip(curve.Skip(1), (a, b) => (b.False - a.False) * (a.Found + b.Found) / 2).Sum();

    private static (double False, double Found) Operating(ReportImage[] scored, int good, int anomalous, Func<string, bool> isFlagged)
        => (scored.Count(i => !i.IsAnomalous && isFlagged(i.Verdict)) / (double)good, scored.Count(i => i.IsAnomalous && isFlagged(i.Verdict)) / (double)anomalous);

    private static XElement Label(string text, double x, double y, string anchor, string kind = "tick")
        => Element("text", ("class", kind), ("x", x), ("y", y), ("text-anchor", anchor), text);
}
