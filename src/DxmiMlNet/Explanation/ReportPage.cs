using System.Globalization;
using System.Xml.Linq;
using static DxmiMlNet.Explanation.Html;

namespace DxmiMlNet.Explanation;

/// <summary>The report's page: headline, charts, tables, pictures, settings, from the most asked to the least.</summary>
internal sealed class ReportPage(InspectionReport report)
{
    // The page may show what it carries and nothing else, whatever a file name says.
    private const string ContentPolicy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

    private readonly int _good = report.Images.Count(i => !i.IsAnomalous);
    private readonly int _anomalous = report.Images.Count(i => i.IsAnomalous);

    public XElement Render()
        => Element("html", ("lang", "en"),
            Element("head",
                Element("meta", ("charset", "utf-8")),
                Element("meta", ("http-equiv", "Content-Security-Policy"), ("content", ContentPolicy)),
                Element("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1")),
                Element("meta", ("name", "color-scheme"), ("content", "light dark")),
                Element("title", report.Title),
                Element("style", ReportStyle.Css)),
            Element("body", Element("main", Header(), Metrics(), Charts(), Verdicts(), ByDefect(), Pictures(), Failures(), Settings())));

    private XElement Header()
        => Element("header",
            Element("h1", report.Title),
            Element("p", ("class", "soft"), $"Inspection report of {report.Created.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)}. "
                + $"{Count(report.Images.Count, "image")}: {_good} good, {_anomalous} anomalous; {Count(report.Failures.Count, "file")} could not be read."));

    private XElement? Metrics()
        => report.Metrics.Count == 0 ? null : Element("section",
            Element("h2", "Results"),
            Element("dl", ("class", "tiles"), report.Metrics.Select(m => Element("div",
                Element("dt", m.Name), Element("dd", m.Value), m.Note is null ? null : Element("dd", ("class", "note"), m.Note)))));

    private XElement Charts()
        => Element("section", ("class", "charts"),
            Element("figure", HistogramChart.Draw(report.Images, report.Thresholds),
                Element("figcaption", "Scores of good parts (upwards) and of anomalous ones (downwards).")),
            RocChart.Draw(report.Images) is { } roc
                ? Element("figure", roc, Element("figcaption", "Defects found against good parts rejected, for every threshold."))
                : Element("p", ("class", "soft"), "A ROC curve needs good and anomalous images; this inspection has only one kind."));

    private XElement Verdicts()
    {
        string[] verdicts = [.. new[] { ReportImage.Pass, ReportImage.Review, ReportImage.Reject }.Union(report.Images.Select(i => i.Verdict).Order(StringComparer.Ordinal))];
        return Element("section",
            Element("h2", "Verdicts"),
            Element("table",
                Element("thead", Element("tr", Head("Truth"), verdicts.Select(v => Element("th", ("scope", "col"), ReportGallery.VerdictBadge(v))), Head("All"))),
                Element("tbody", Row("Good", anomalous: false, _good), Row("Anomalous", anomalous: true, _anomalous))),
            Element("p", ("class", "soft"), $"Missed defects: {report.Images.Count(ReportSelection.IsMissed)} of {_anomalous}. "
                + $"False alarms: {report.Images.Count(ReportSelection.IsFalseAlarm)} of {_good}."));

        XElement Row(string name, bool anomalous, int all)
            => Element("tr", Element("th", ("scope", "row"), name),
                verdicts.Select(v => report.Images.Count(i => i.IsAnomalous == anomalous && i.Verdict == v))
                    .Select(n => Element("td", $"{n}", all == 0 ? null : Element("span", ("class", "soft"), $" ({Percent(n / (double)all)})"))),
                Element("td", $"{all}"));
    }

    private XElement? ByDefect()
        => report.ByDefect is not { } table ? null : Element("section",
            Element("h2", "By kind of defect"),
            Element("table",
                Element("thead", Element("tr", table.Columns.Select(Head))),
                Element("tbody", table.Rows.Select(row => Element("tr",
                    row.Select((cell, i) => i == 0 ? Element("th", ("scope", "row"), cell) : Element("td", cell)))))));

    private XElement? Pictures()
    {
        if (report.MaximumPictures == 0)
            return null;
        var (missed, alarms, borderline) = report.Selection;
        var gallery = new ReportGallery(report.Pictures);
        int missedCount = report.Images.Count(ReportSelection.IsMissed), alarmCount = report.Images.Count(ReportSelection.IsFalseAlarm);
        return Element("section", ("class", "pictures"),
            Element("h2", "Pictures"),
            ReportGallery.Legend(),
            gallery.Section("Missed defects", "Anomalous parts that passed, the lowest score first.", missed, missedCount),
            gallery.Section("False alarms", "Good parts that were rejected, the highest score first.", alarms, alarmCount),
            gallery.Section("Closest calls", "Decided as they should or left to review, the nearest to a threshold first.", borderline,
                report.Images.Count - missedCount - alarmCount));
    }

    private XElement Failures()
        => Element("section",
            Element("h2", "Files that could not be read"),
            report.Failures.Count == 0 ? Element("p", "None.") : Element("table", ("class", "text"),
                Element("thead", Element("tr", Head("File"), Head("What was wrong"))),
                Element("tbody", report.Failures.Select(f => Element("tr", Element("th", ("scope", "row"), f.Path), Element("td", f.Reason))))));

    private XElement? Settings()
        => report.Settings.Count == 0 ? null : Element("section",
            Element("h2", "Settings"),
            Element("table", ("class", "text"),
                Element("thead", Element("tr", Head("Setting"), Head("Value"))),
                Element("tbody", report.Settings.Select(s => Element("tr",
                    Element("th", ("scope", "row"), s.Name), Element("td", s.Value, s.Note is null ? null : Element("span", ("class", "soft"), " " + s.Note)))))));

    private static XElement Head(string text) => Element("th", ("scope", "col"), text);

    private static string Count(int n, string noun) => n == 1 ? $"1 {noun}" : $"{n} {noun}s";
}
