using System.Globalization;
using System.Xml.Linq;
using DxmiMlNet.Decisions;
using DxmiMlNet.Explanation;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Reports;

/// <summary>The chosen images: original and overlay side by side, what was decided, and the regions with their numbers drawn in.</summary>
internal sealed class ReportGallery(IReadOnlyList<ReportPicture> pictures)
{
    private const int RegionsShown = 5;
    private const int LargestHeight = 380;

    private readonly ILookup<string, ReportPicture> _pictures = pictures.ToLookup(p => p.Path, StringComparer.Ordinal);

    /// <summary>What colours and lines mean.</summary>
    public static XElement Legend()
    {
        var stops = Enumerable.Range(0, 13).Select(i => i / 12.0).Select(position =>
        {
            var (red, green, blue) = HeatColors.At(position);
            return string.Create(CultureInfo.InvariantCulture, $"rgba({red}, {green}, {blue}, {HeatColors.Coverage(position):0.###}) {100 * position:0.##}%");
        });
        return Element("div", ("class", "legend"),
            Element("div", ("class", "scale"),
                Element("div", ("role", "img"), ("style", $"background: linear-gradient(to right, {string.Join(", ", stops)})"),
                    ("aria-label", "Colour scale: clear where a part is as good parts are, then magenta, orange and yellow the further it deviates.")),
                Element("span", "as good parts"), Element("span", "far from any good part")),
            Element("p", "One colour means the same deviation on every picture. "
                + "A white line in a black one surrounds each defect region; numbers are in the order of their peaks."));
    }

    public XElement Section(string title, string explanation, IReadOnlyList<ReportImage> shown, int total)
        => Element("section",
            Element("h3", title, Element("span", ("class", "count"), shown.Count < total ? $" {shown.Count} of {total} shown" : $" {total}")),
            Element("p", ("class", "soft"), shown.Count == 0 ? "None." : explanation),
            shown.Count == 0 ? null : Element("div", ("class", "gallery"), shown.Select(image => Card(image, _pictures[image.Path].FirstOrDefault()))));

    /// <summary>One image: what is true, what was decided, its pictures, its regions.</summary>
    public static XElement Card(ReportImage image, ReportPicture? picture)
    {
        // Tall pictures are made narrower, else one of them would fill a page.
        var width = ("style", picture is null ? "" : $"max-width: {Coordinate((double)LargestHeight * picture.Width / picture.Height)}px");
        string name = Path.GetFileName(image.Path.Replace('\\', '/'));
        return Element("article",
            Element("header",
                Element("h4", ("title", image.Path), image.Path),
                Element("p", ("class", "facts"),
                    image.IsAnomalous is { } isAnomalous ? Element("span", isAnomalous ? $"Truly {image.DefectType}" : "Truly good") : null,
                    VerdictBadge(image.Verdict),
                    Element("span", "score ", Element("b", Number(image.Score))),
                    Element("span", "p ", Element("b", image.PValue.ToString("0.####", CultureInfo.InvariantCulture))))),
            picture is null
                ? Element("p", ("class", "soft missing"), "No picture of this image was given to the report.")
                : Element("div", ("class", "pair"),
                    Element("figure", width, Picture(picture.Original, $"Photograph {name}", picture), Element("figcaption", "Original")),
                    Element("figure", ("class", "overlay"), width,
                        Picture(picture.Overlay, $"Anomaly map over {name}: {Describe(picture.Regions)}", picture),
                        Numbers(picture),
                        Element("figcaption", "Anomaly map"))),
            picture is null || picture.Regions.Count == 0 ? null : RegionList(picture.Regions));
    }

    /// <summary>The verdict with a sign of its own, so that it reads without colour.</summary>
    public static XElement VerdictBadge(string verdict)
        => Element("span", ("class", "badge " + verdict switch { Verdicts.Pass => "pass", Verdicts.Review => "review", Verdicts.Reject => "reject", _ => "" }),
            verdict switch { Verdicts.Pass => "✓ ", Verdicts.Review => "? ", Verdicts.Reject => "✕ ", _ => "" } + verdict);

    private static XElement Picture(byte[] encoded, string text, ReportPicture picture)
        => Element("img", ("src", ReportPicture.ToDataUri(encoded)), ("alt", text), ("width", (double)picture.Width), ("height", (double)picture.Height));

    private static string Describe(IReadOnlyList<DefectRegion> regions)
        => regions.Count switch { 0 => "no defect region", 1 => "one defect region", _ => $"{regions.Count} defect regions" };

    // Drawn in pixels of the original; text is sized by the longer side, because the picture is shown in the same width whatever its size.
    private static XElement? Numbers(ReportPicture picture)
    {
        if (picture.Regions.Count < 2)
            return null;
        double size = Math.Max(picture.Width, picture.Height) / 18.0;
        return Element("svg", ("viewBox", $"0 0 {picture.Width} {picture.Height}"), ("aria-hidden", "true"),
            picture.Regions.Take(RegionsShown).Select((region, i) => Element("text", ("class", "number"),
                ("style", $"font-size: {Coordinate(size)}px; stroke-width: {Coordinate(size / 5)}px"),
                ("x", Math.Clamp(region.X + region.Width + size * 0.3, 0, picture.Width - size)),
                ("y", Math.Clamp(region.Y - size * 0.1, size, picture.Height - 0.2 * size)), $"{i + 1}")));
    }

    private static XElement RegionList(IReadOnlyList<DefectRegion> regions)
        => Element("table", ("class", "regions"),
            Element("thead", Element("tr", Head("Region"), Head("Peak"), Head("Centre x, y"), Head("Box"), Head("Area (px)"))),
            Element("tbody", regions.Take(RegionsShown).Select((r, i) => Element("tr",
                Element("th", ("scope", "row"), $"{i + 1}"), Cell(Number(r.Peak)), Cell($"{Whole(r.CentroidX)}, {Whole(r.CentroidY)}"),
                Cell($"{Whole(r.Width)} × {Whole(r.Height)}"), Cell(Whole(r.Area))))),
            regions.Count > RegionsShown ? Element("tfoot", Element("tr", Element("td", ("colspan", "5"), $"and {regions.Count - RegionsShown} more"))) : null);

    private static XElement Head(string text) => Element("th", ("scope", "col"), text);

    private static XElement Cell(string text) => Element("td", text);

    private static string Whole(float value) => value.ToString("0", CultureInfo.InvariantCulture);
}
