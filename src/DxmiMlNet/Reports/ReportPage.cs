using System.Globalization;
using System.Xml.Linq;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Reports;

/// <summary>The report's page: headline, charts, tables, pictures, settings, from the most asked to the least.</summary>
internal sealed class ReportPage(InspectionReport report)
{
    private readonly int _good = report.Images.Count(i => i.IsAnomalous == false);
    private readonly int _anomalous = report.Images.Count(i => i.IsAnomalous == true);

    public XElement Render()
        => HtmlPage.Of(report.Title, Header(), Metrics(), Charts(report.Images, report.Thresholds), Verdicts(), ByDefect(), Pictures(), Failures(), Settings());

    /// <summary>The score histogram and the ROC curve.</summary>
    public static XElement Charts(IReadOnlyList<ReportImage> images, ReportThresholds thresholds)
        => Element("section", ("class", "charts"),
            Element("figure", HistogramChart.Draw(images, thresholds),
                Element("figcaption", "Scores of good parts (upwards) and of anomalous ones (downwards).")),
            RocChart.Draw(images) is { } roc
                ? Element("figure", roc, Element("figcaption", "Defects found against good parts rejected, for every threshold."))
                : Element("p", ("class", "soft"), "A ROC curve needs good and anomalous images; this inspection has only one kind."));

    private XElement Header()
        => Element("header",
            Element("h1", report.Title),
            Element("p", ("class", "soft"), $"Inspection report of {report.Created.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)}. "
                + $"{Count(report.Images.Count, "image")}: {_good} good, {_anomalous} anomalous; {Count(report.Failures.Count, "file")} could not be read."));

    private XElement? Metrics() => report.Metrics.Count == 0 ? null : HtmlParts.Section("Results", HtmlParts.Tiles(report.Metrics));

    private XElement Verdicts()
    {
        string[] verdicts = [.. new[] { Decisions.Verdicts.Pass, Decisions.Verdicts.Review, Decisions.Verdicts.Reject }
            .Union(report.Images.Select(i => i.Verdict).Order(StringComparer.Ordinal))];
        return HtmlParts.Section("Verdicts",
            Element("div", ("class", "wide"), Element("table",
                Element("thead", Element("tr", Element("th", ("scope", "col"), ("class", "left"), "Truth"),
                    verdicts.Select(v => Element("th", ("scope", "col"), ReportGallery.VerdictBadge(v))), Element("th", ("scope", "col"), "All"))),
                Element("tbody", Row("Good", anomalous: false, _good), Row("Anomalous", anomalous: true, _anomalous)))),
            Element("p", ("class", "soft"), $"Missed defects: {report.Images.Count(ReportSelection.IsMissed)} of {_anomalous}. "
                + $"False alarms: {report.Images.Count(ReportSelection.IsFalseAlarm)} of {_good}."));

        XElement Row(string name, bool anomalous, int all)
            => Element("tr", Element("th", ("scope", "row"), ("class", "left"), name),
                verdicts.Select(v => report.Images.Count(i => i.IsAnomalous == anomalous && i.Verdict == v))
                    .Select(n => Element("td", $"{n}", all == 0 ? null : Element("span", ("class", "soft"), $" ({Percent(n / (double)all)})"))),
                Element("td", $"{all}"));
    }

    private XElement? ByDefect() => report.ByDefect is { } table ? HtmlParts.Section("By kind of defect", HtmlParts.Table(table.Columns, table.Rows)) : null;

    private XElement? Pictures()
    {
        if (report.MaximumPictures == 0)
            return null;
        var (missed, alarms, borderline) = report.Selection;
        var gallery = new ReportGallery(report.Pictures);
        int missedCount = report.Images.Count(ReportSelection.IsMissed), alarmCount = report.Images.Count(ReportSelection.IsFalseAlarm);
        return HtmlParts.Section("Pictures",
            ReportGallery.Legend(),
            gallery.Section("Missed defects", "Anomalous parts that passed, the lowest score first.", missed, missedCount),
            gallery.Section("False alarms", "Good parts that were rejected, the highest score first.", alarms, alarmCount),
            gallery.Section("Closest calls", "Decided as they should or left to review, the nearest to a threshold first.", borderline,
                report.Images.Count - missedCount - alarmCount));
    }

    private XElement Failures()
        => HtmlParts.Section("Files that could not be read", report.Failures.Count == 0 ? Element("p", "None.")
            : HtmlParts.Texts("File", "What was wrong", report.Failures.Select(f => (f.Path, (object)f.Reason))));

    private XElement? Settings()
        => report.Settings.Count == 0 ? null : HtmlParts.Section("Settings", HtmlParts.Texts("Setting", "Value", report.Settings.Select(s =>
            (s.Name, (object)Element("span", s.Value, s.Note is null ? null : Element("span", ("class", "soft"), " " + s.Note))))));

    private static string Count(int n, string noun) => n == 1 ? $"1 {noun}" : $"{n} {noun}s";
}
