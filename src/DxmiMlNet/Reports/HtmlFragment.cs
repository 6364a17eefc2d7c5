using System.Xml.Linq;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Reports;

/// <summary>
/// Pieces of HTML for a notebook, a dashboard, or a page of one's own. Each is one element with the style that it needs inside, scoped to itself; it carries
/// its pictures, and refers to nothing outside. All texts are escaped.
/// </summary>
/// <example>
/// <code>
/// string html = HtmlFragment.InspectedImage(image, ReportPicture.Encode(path, photograph, overlay, regions));
/// </code>
/// </example>
public static class HtmlFragment
{
    /// <summary>An inspected image: verdict, score and p-value, the photograph beside the map drawn over it, and the regions with their numbers.</summary>
    /// <param name="image">What was decided.</param>
    /// <param name="picture">What it looks like; null shows the decision alone.</param>
    /// <exception cref="DxmiException">A picture is neither PNG nor JPEG.</exception>
    public static string InspectedImage(ReportImage image, ReportPicture? picture)
    {
        ArgumentNullException.ThrowIfNull(image);
        return Fragment(ReportGallery.Card(image, picture), picture is null ? null : ReportGallery.Legend());
    }

    /// <summary>Figures as tiles, the score histogram beside the ROC curve, and a table by kind of defect.</summary>
    /// <param name="images">Every inspected image; charts are made of those whose truth is known.</param>
    /// <param name="thresholds">The scores at which the verdict changes.</param>
    /// <param name="metrics">The headline metrics, the most important first; null for none.</param>
    /// <param name="byDefect">Metrics by kind of defect; null for no table.</param>
    public static string Metrics(IReadOnlyList<ReportImage> images, ReportThresholds thresholds, IReadOnlyList<ReportEntry>? metrics = null,
        ReportTable? byDefect = null)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(thresholds);
        return Fragment(metrics is null ? null : HtmlParts.Tiles(metrics), ReportPage.Charts(images, thresholds),
            byDefect is null ? null : HtmlParts.Table(byDefect.Columns, byDefect.Rows));
    }

    /// <summary>The histogram of the scores alone.</summary>
    /// <param name="images">Every inspected image; those whose truth is known are counted.</param>
    /// <param name="thresholds">The scores at which the verdict changes.</param>
    public static string Histogram(IReadOnlyList<ReportImage> images, ReportThresholds thresholds)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(thresholds);
        return Fragment(HtmlParts.Figures((HistogramChart.Draw(images, thresholds), "Scores of good parts (upwards) and of anomalous ones (downwards).")));
    }

    /// <summary>The ROC curve alone, with the points of the verdicts on it.</summary>
    /// <param name="images">Good and anomalous images; with one kind only there is no curve, and the fragment says so.</param>
    public static string RocCurve(IReadOnlyList<ReportImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return Fragment(RocChart.Draw(images) is { } roc
            ? HtmlParts.Figures((roc, "Defects found against good parts rejected, for every threshold."))
            : Element("p", ("class", "soft"), "A ROC curve needs good and anomalous images; here is only one kind."));
    }

    /// <summary>Curves in one drawing, told apart by dashes and colour, for example losses over training.</summary>
    /// <param name="title">What the values are.</param>
    /// <param name="along">What they are drawn along, for example "iteration".</param>
    /// <param name="curves">A name and points each; values that are not finite are left out.</param>
    public static string Curves(string title, string along, IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> curves)
    {
        ArgumentNullException.ThrowIfNull(curves);
        return Fragment(CurveChart.Draw(title, along, curves) is { } chart ? HtmlParts.Figures((chart, title)) : Element("p", ("class", "soft"), $"{title}: no values."));
    }

    /// <summary>Many images side by side, small, with captions.</summary>
    /// <param name="pictures">In the order shown.</param>
    /// <exception cref="DxmiException">A picture is neither PNG nor JPEG.</exception>
    public static string ContactSheet(IEnumerable<SheetPicture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        return Fragment(Element("div", ("class", "sheet"), pictures.Select(Thumbnail)));
    }

    /// <summary>A table; the first column names the row.</summary>
    /// <param name="table">Headings and cells.</param>
    public static string Table(ReportTable table)
    {
        ArgumentNullException.ThrowIfNull(table);
        return Fragment(HtmlParts.Table(table.Columns, table.Rows));
    }

    private static XElement Thumbnail(SheetPicture picture)
        => Element("figure", HtmlParts.Picture(picture.Encoded, picture.Caption),
            Element("figcaption", picture.Caption, picture.Verdict is null && picture.Note is null ? null : Element("br"),
                picture.Verdict is null ? null : ReportGallery.VerdictBadge(picture.Verdict), picture.Note is null ? null : " " + picture.Note));
}
