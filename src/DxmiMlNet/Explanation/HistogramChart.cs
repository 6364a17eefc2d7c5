using System.Xml.Linq;
using static DxmiMlNet.Explanation.Html;

namespace DxmiMlNet.Explanation;

/// <summary>
/// The score histogram: good parts upwards, anomalous ones downwards, so that the two are told apart without colour. Each side shows shares
/// of its own class, whatever their numbers.
/// </summary>
internal static class HistogramChart
{
    private const int Bins = 40;
    private const double Width = 600, Height = 320, Left = 66, Right = 14, Top = 40, Bottom = 46;

    public static XElement Draw(IReadOnlyList<ReportImage> images, ReportThresholds thresholds)
    {
        var good = Scores(images, anomalous: false);
        var anomalous = Scores(images, anomalous: true);
        var (from, to) = Range([.. good, .. anomalous, .. new[] { thresholds.Review, thresholds.Reject }.Where(double.IsFinite)]);
        var x = new ChartAxis(from, to, Left, Width - Right);
        double[] up = Shares(good, x), down = Shares(anomalous, x);
        double most = Math.Max(Math.Max(up.Max(), down.Max()), 0.01);
        double middle = (Top + Height - Bottom) / 2;
        var above = new ChartAxis(0, most, middle, Top);
        var below = new ChartAxis(0, most, middle, Height - Bottom);
        string summary = $"Score histogram. {good.Length} good images with median score {Median(good)}, "
            + $"{anomalous.Length} anomalous ones with median {Median(anomalous)}. "
            + $"Review above {Number(thresholds.Review)}, reject above {Number(thresholds.Reject)}.";

        return Element("svg", ("viewBox", $"0 0 {Width} {Height}"), ("role", "img"), ("aria-label", summary),
            ShareTicks(above), ShareTicks(below).Skip(1), ScoreTicks(x, good, anomalous),
            Bars(up, x, above, "good"), Bars(down, x, below, "bad"),
            Element("line", ("class", "axis"), ("x1", Left), ("x2", Width - Right), ("y1", middle), ("y2", middle)),
            Label($"Good ({good.Length}) ↑", Width - Right - 4, middle - 8, "end", "good-text"),
            Label($"Anomalous ({anomalous.Length}) ↓", Width - Right - 4, middle + 18, "end", "bad-text"),
            thresholds.Review == thresholds.Reject ? null : Threshold("Review above", thresholds.Review, x, 15, "review"),
            Threshold("Reject above", thresholds.Reject, x, 31, "reject"),
            Label("anomaly score", (Left + Width - Right) / 2, Height - 6, "middle"),
            Element("text", ("class", "tick"), ("text-anchor", "middle"), ("transform", $"translate(13 {Coordinate(middle)}) rotate(-90)"), "share of the class"));
    }

    private static double[] Scores(IReadOnlyList<ReportImage> images, bool anomalous)
        => [.. images.Where(i => i.IsAnomalous == anomalous && double.IsFinite(i.Score)).Select(i => i.Score).Order()];

    private static string Median(double[] sorted) => sorted.Length == 0 ? "none" : Number(sorted[sorted.Length / 2]);

    // A few very high scores would press all others into one bar: what lies beyond 1.5 times the range of 95 % of the scores joins the last bar.
    private static (double From, double To) Range(double[] values)
    {
        if (values.Length == 0)
            return (0, 1);
        Array.Sort(values);
        double from = values[0], common = values[(int)(0.95 * (values.Length - 1))];
        double to = Math.Min(values[^1], common + 0.5 * (common - from));
        return to > from ? (from, to) : (from - 0.5, from + 0.5);
    }

    private static double[] Shares(double[] scores, ChartAxis x)
    {
        var shares = new double[Bins];
        foreach (double score in scores)
            shares[(int)Math.Clamp((score - x.From) / (x.To - x.From) * Bins, 0, Bins - 1)] += 1.0 / scores.Length;
        return shares;
    }

    private static IEnumerable<XElement> Bars(double[] shares, ChartAxis x, ChartAxis y, string kind)
    {
        double width = (x.End - x.Start) / Bins;
        for (int i = 0; i < Bins; i++)
        {
            if (shares[i] == 0)
                continue;
            double end = y.At(shares[i]);
            yield return Element("rect", ("class", kind),
                ("x", x.Start + i * width + 0.5), ("width", width - 1), ("y", Math.Min(end, y.Start)), ("height", Math.Abs(end - y.Start)));
        }
    }

    private static IEnumerable<XElement> ShareTicks(ChartAxis y)
        => y.Ticks(3).Select(tick => Element("g",
            Element("line", ("class", "grid"), ("x1", Left), ("x2", Width - Right), ("y1", y.At(tick)), ("y2", y.At(tick))),
            Label(Percent(tick), Left - 6, y.At(tick) + 4, "end")));

    private static IEnumerable<XElement> ScoreTicks(ChartAxis x, double[] good, double[] anomalous)
    {
        bool isOpen = good.Concat(anomalous).Any(score => score > x.To);
        foreach (double tick in x.Ticks(6))
            yield return Label(Number(tick), x.At(tick), Height - Bottom + 18, "middle");
        if (isOpen)
            yield return Label("and above", Width - Right, Height - Bottom + 32, "end");
    }

    private static IEnumerable<XElement> Threshold(string name, double value, ChartAxis x, double y, string kind)
    {
        if (!double.IsFinite(value))   // a verdict that nothing gets
            yield break;
        double at = x.At(value);
        bool isRight = at > (Left + Width) / 2;
        yield return Element("line", ("class", "threshold " + kind), ("x1", at), ("x2", at), ("y1", y - 11), ("y2", Height - Bottom));
        yield return Label($"{name} {Number(value)}", isRight ? at - 5 : at + 5, y, isRight ? "end" : "start", "strong");
    }

    private static XElement Label(string text, double x, double y, string anchor, string kind = "tick")
        => Element("text", ("class", kind), ("x", x), ("y", y), ("text-anchor", anchor), text);
}
