using System.Xml.Linq;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Reports;

/// <summary>
/// The score histogram: good parts upwards, anomalous ones downwards, so that the two are told apart without colour. Each side shows shares
/// of its own class, whatever their numbers.
/// </summary>
internal static class HistogramChart
{
    private const int Bins = 40;
    private static readonly ChartBox s_box = new(600, 340, Left: 66, Right: 14, Top: 40, Bottom: 46);

    public static XElement Draw(IReadOnlyList<ReportImage> images, ReportThresholds thresholds)
    {
        double[] good = Scores(images, anomalous: false), anomalous = Scores(images, anomalous: true);
        var (from, to) = Range([.. good, .. anomalous, .. new[] { thresholds.Review, thresholds.Reject }.Where(double.IsFinite)]);
        var x = s_box.X(from, to);
        double[] up = Shares(good, x), down = Shares(anomalous, x);
        double most = Math.Max(Math.Max(up.Max(), down.Max()), 0.01), middle = (s_box.Top + s_box.PlotBottom) / 2;
        ChartAxis above = new(0, most, middle, s_box.Top), below = new(0, most, middle, s_box.PlotBottom);

        var chart = new Chart("Score histogram", s_box)
            .YTicks(above, 3, Percent).YTicks(below, 3, Percent).XTicks(x, 6, Number)
            .Bars(up, x, above, "good").Bars(down, x, below, "bad")
            .Line("axis", x.Start, middle, x.End, middle)
            .Text($"Good ({good.Length}) ↑", x.End - 4, middle - 8, "end", "good-text halo")
            .Text($"Anomalous ({anomalous.Length}) ↓", x.End - 4, middle + 18, "end", "bad-text halo")
            .XTitle("anomaly score").YTitle("share of the class");
        if (good.Concat(anomalous).Any(score => score > to))
            chart.Text("and above", x.End, s_box.PlotBottom + 32, "end");
        if (thresholds.Review != thresholds.Reject)
            Threshold(chart, "Review above", thresholds.Review, x, 15, "review");
        Threshold(chart, "Reject above", thresholds.Reject, x, 31, "reject");
        return chart.Render($"{good.Length} good images with median score {Median(good)}, {anomalous.Length} anomalous ones with median {Median(anomalous)}. "
            + $"Review above {Number(thresholds.Review)}, reject above {Number(thresholds.Reject)}.");
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

    private static void Threshold(Chart chart, string name, double value, ChartAxis x, double y, string kind)
    {
        if (!double.IsFinite(value))   // a verdict that nothing gets
            return;
        double at = x.At(value);
        bool isRight = at > (x.Start + x.End) / 2;
        chart.Line("threshold " + kind, at, y - 11, at, s_box.PlotBottom)
            .Text($"{name} {Number(value)}", isRight ? at - 5 : at + 5, y, isRight ? "end" : "start", "strong");
    }
}
