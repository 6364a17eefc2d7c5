using System.Xml.Linq;
using DxmiMlNet.Decisions;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Reports;

/// <summary>The ROC curve with the verdicts' own points on it.</summary>
internal static class RocChart
{
    private static readonly ChartBox s_box = new(340, 340, Left: 66, Right: 22, Top: 14, Bottom: 46);

    /// <summary>Null where a class is missing.</summary>
    public static XElement? Draw(IReadOnlyList<ReportImage> images)
    {
        if (RocCurve.Of(images) is not { } curve)
            return null;
        var reject = Operating(images, verdict => verdict == Verdicts.Reject);
        var review = Operating(images, verdict => verdict != Verdicts.Pass);
        var (x, y) = (s_box.X(0, 1), s_box.Y(0, 1));
        var chart = new Chart("ROC curve", s_box)
            .XTicks(x, 4, Percent, lines: true).YTicks(y, 4, Percent).XTitle("good parts rejected").YTitle("defects found")
            .Line("chance", x.Start, y.Start, x.End, y.End)
            .Curve(curve.Points, x, y);
        if (review != reject)
            chart.Mark(ChartMark.Square, x.At(review.FalseRejects), y.At(review.Found));
        chart.Mark(ChartMark.Circle, x.At(reject.FalseRejects), y.At(reject.Found), 5.5)
            .Text($"AUROC {Number(curve.Area)}", x.End - 8, y.Start - 58, "end", "big");
        if (review != reject)
            chart.Legend(x.End - 134, y.Start - 30, (ChartMark.Circle, "reject"), (ChartMark.Square, "reject or review"));
        else
            chart.Legend(x.End - 134, y.Start - 30, (ChartMark.Circle, "reject"));
        return chart.Render($"Area {Number(curve.Area)}. Rejecting finds {Percent(reject.Found)} of the defects and {Percent(reject.FalseRejects)} of the good parts; "
            + $"with review {Percent(review.Found)} and {Percent(review.FalseRejects)}.");
    }

    private static (double FalseRejects, double Found) Operating(IReadOnlyList<ReportImage> images, Func<string, bool> isFlagged)
    {
        var byTruth = images.Where(i => i.IsAnomalous is not null && double.IsFinite(i.Score)).ToLookup(i => i.IsAnomalous == true);
        return (Share(byTruth[false]), Share(byTruth[true]));

        double Share(IEnumerable<ReportImage> all) => all.Average(i => isFlagged(i.Verdict) ? 1.0 : 0);
    }
}
