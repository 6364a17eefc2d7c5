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
    private const double LogarithmicFrom = 10;   // greatest to least score
    private static readonly ChartBox s_box = new(600, 340, Left: 66, Right: 14, Top: 40, Bottom: 46);

    public static XElement Draw(IReadOnlyList<ReportImage> images, ReportThresholds thresholds)
    {
        double[] good = Scores(images, anomalous: false), anomalous = Scores(images, anomalous: true);
        var x = ScoreAxis([.. good, .. anomalous, .. new[] { thresholds.Review, thresholds.Reject }.Where(double.IsFinite)]);
        double[] up = Shares(good, x), down = Shares(anomalous, x);
        double most = Math.Max(Math.Max(up.Max(), down.Max()), 0.01), middle = (s_box.Top + s_box.PlotBottom) / 2;
        ChartAxis above = new(0, most, middle, s_box.Top), below = new(0, most, middle, s_box.PlotBottom);

        var chart = new Chart("Score histogram", s_box)
            .YTicks(above, 2, Percent).YTicks(below, 2, Percent).XTicks(x, 6, Number)
            .Bars(up, x, above, "good").Bars(down, x, below, "bad")
            .Line("axis", x.Start, middle, x.End, middle)
            .Text($"Good ({good.Length}) ↑", x.End - 4, s_box.Top + 14, "end", "good-text halo")
            .Text($"Anomalous ({anomalous.Length}) ↓", x.End - 4, s_box.PlotBottom - 6, "end", "bad-text halo")
            .XTitle(x.IsLogarithmic ? "anomaly score, logarithmic" : "anomaly score").YTitle("share of the class");
        if (good.Concat(anomalous).Any(score => score > x.To))
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

    // Energies of defects reach a hundred times those of good parts: on a linear axis these would share one bar, with both thresholds in it. Where scores
    // are not all positive, what lies beyond 1.5 times the range of 95 % of them joins the last bar instead.
    private static ChartAxis ScoreAxis(double[] values)
    {
        if (values.Length == 0)
            return s_box.X(0, 1);
        Array.Sort(values);
        if (values[0] > 0 && values[^1] >= LogarithmicFrom * values[0])
            return s_box.X(values[0], values[^1]) with { IsLogarithmic = true };
        double from = values[0], common = values[(int)(0.95 * (values.Length - 1))];
        double to = Math.Min(values[^1], common + 0.5 * (common - from));
        return to > from ? s_box.X(from, to) : s_box.X(from - 0.5, from + 0.5);
    }

    private static double[] Shares(double[] scores, ChartAxis x)
    {
        var shares = new double[Bins];
        foreach (double score in scores)
            shares[Math.Min((int)(x.Share(score) * Bins), Bins - 1)] += 1.0 / scores.Length;
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
