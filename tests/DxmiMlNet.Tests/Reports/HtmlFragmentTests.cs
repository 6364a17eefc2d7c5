using System.Text.RegularExpressions;
using System.Xml.Linq;
using DxmiMlNet.Evaluation;
using DxmiMlNet.Reports;
using DxmiMlNet.Tests.Explanation;

namespace DxmiMlNet.Tests.Reports;

[TestClass]
public class HtmlFragmentTests
{
    private static readonly ReportThresholds s_thresholds = new(Review: 2, Reject: 3);

    private static ReportImage Image(string path, bool? isAnomalous, double score)
        => new(path, "crack", isAnomalous, score, 0.125, score > 3 ? "Reject" : score > 2 ? "Review" : "Pass");

    private static ReportImage[] Images(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(i => Image($"{i}.png", i % 3 == 0, Math.Round((i % 3 == 0 ? 1 : 0) + 3 * random.NextDouble(), 1)))];
    }

    private static string[] All()
    {
        using var photograph = Photographs.Grey(8, 8);
        return
        [
            HtmlFragment.InspectedImage(Image("a.png", true, 4), ReportPicture.Encode("a.png", photograph, photograph, [new(1, 1, 2, 2, 4, 9, 2, 2)])),
            HtmlFragment.Metrics(Images(30), s_thresholds, [new("Image AUROC", "0.75", "of 30")], new ReportTable(["Defect", "AUROC"], [["crack", "0.75"]])),
            HtmlFragment.Histogram(Images(30), s_thresholds),
            HtmlFragment.RocCurve(Images(30)),
            HtmlFragment.Curves("Loss", "iteration", [("value", [(0, 1), (1, double.NaN), (2, 0.5)]), ("sampler", [(0, 2), (2, 0.5)])]),
            HtmlFragment.ContactSheet([SheetPicture.Encode("a.png", photograph, "Pass", "0.3"), SheetPicture.Encode("b.png", photograph)]),
            HtmlFragment.Table(new ReportTable(["Image", "Why"], [["<b>", "&"]])),
        ];
    }

    [TestMethod]
    public void A_fragment_is_one_element_that_brings_its_style_and_refers_to_nothing_else()
    {
        foreach (string html in All())
        {
            var root = XElement.Parse(html);
            Assert.AreEqual(("div", "dxmi"), (root.Name.LocalName, (string?)root.Attribute("class")));
            Assert.HasCount(1, root.Descendants("style"));
            Assert.IsEmpty(root.Descendants("script"));
            Assert.IsEmpty(root.Descendants().Attributes("id"), "two of them on a page would clash");
            Assert.IsFalse(Regex.IsMatch(html, @"https?:|@import|url\("));
        }
    }

    [TestMethod]
    public void The_style_of_a_fragment_holds_inside_it_only()
    {
        string css = XElement.Parse(HtmlFragment.RocCurve([])).Element("style")!.Value;
        css = Regex.Replace(css, @"@media[^{]*\{", "");   // their inner rules are looked at, their closing braces belong to nothing
        var selectors = Regex.Matches(css, @"([^{}]+)\{[^}]*\}").SelectMany(rule => rule.Groups[1].Value.Split(',')).Select(selector => selector.Trim()).ToArray();
        Assert.IsGreaterThan(50, selectors.Length);
        foreach (string selector in selectors)
            StringAssert.Matches(selector, new Regex(@"^(\.vscode-\w+ |\[data-jp-[^\]]*\] )?\.dxmi(\.dxmi)?( |$)"));
    }

    [TestMethod]
    public void Every_chart_says_what_it_shows()
    {
        foreach (var chart in All().Select(XElement.Parse).SelectMany(root => root.Descendants("svg")).Where(svg => (string?)svg.Attribute("aria-hidden") != "true"))
        {
            Assert.AreEqual("img", (string?)chart.Attribute("role"));
            Assert.IsGreaterThan(0, chart.Element("title")!.Value.Length);
            Assert.IsGreaterThan(10, chart.Element("desc")!.Value.Length);
        }
    }

    [TestMethod]
    public void An_image_whose_truth_nobody_knows_is_shown_without_and_counts_in_no_chart()
    {
        string html = HtmlFragment.InspectedImage(Image("new.png", null, 2.5), null);
        Assert.IsFalse(html.Contains("Truly", StringComparison.Ordinal));
        StringAssert.Contains(html, "Review");
        Assert.AreEqual(HtmlFragment.RocCurve(Images(30)), HtmlFragment.RocCurve([.. Images(30), Image("new.png", null, 9)]));
        StringAssert.Contains(HtmlFragment.RocCurve([Image("new.png", null, 2.5), Image("good.png", false, 1)]), "only one kind");
    }

    [TestMethod]
    [DataRow(7)]
    [DataRow(200)]
    public void The_area_under_the_curve_is_the_image_AUROC(int count)
    {
        var images = Images(count);
        double expected = RankMetrics.AreaUnderRoc([.. images.Select(i => (float)i.Score)], [.. images.Select(i => i.IsAnomalous == true)]);
        Assert.AreEqual(expected, RocCurve.Of(images)!.Area, 1e-12);
    }

    [TestMethod]
    public void A_contact_sheet_has_every_picture_with_its_caption_and_verdict()
    {
        using var photograph = Photographs.Plain(40, 80, 200, 100, 50);
        var sheet = XElement.Parse(HtmlFragment.ContactSheet([SheetPicture.Encode("<a>.png", photograph, "Reject", "7.1", longestSide: 20), SheetPicture.Encode("b.png", photograph)]));
        CollectionAssert.AreEqual(new[] { "<a>.png", "b.png" }, sheet.Descendants("img").Select(i => (string?)i.Attribute("alt")).ToArray());
        CollectionAssert.AreEqual(new[] { "✕ Reject" }, sheet.Descendants("span").Select(s => s.Value).ToArray());
    }

    [TestMethod]
    [DataRow(1.0, 100.0, "1 2 5 10 20 50 100")]
    [DataRow(0.3, 4.0, "0.5 1 2")]
    [DataRow(1e-6, 1e6, "0.000001 0.0001 0.01 1 100 10000 1000000")]
    public void A_logarithmic_axis_has_round_ticks(double from, double to, string expected)
    {
        var axis = new ChartAxis(from, to, 0, 100, IsLogarithmic: true);
        Assert.AreEqual(expected, string.Join(' ', axis.Ticks(6).Select(t => t.ToString("0.######", System.Globalization.CultureInfo.InvariantCulture))));
        Assert.AreEqual(50, axis.At(Math.Sqrt(from * to)), 1e-9);
    }

    [TestMethod]
    public void Labels_of_curves_that_end_together_do_not_cover_each_other()
    {
        var curves = Enumerable.Range(0, 6).Select(i => ($"step {i}", (IReadOnlyList<(double, double)>)[(0, i), (1, 1 + 1e-3 * i)])).ToArray();
        var labels = CurveChart.Draw("Sigma", "iteration", curves)!.Elements("text").Where(t => ((string)t.Attribute("class")!).StartsWith("series-text", StringComparison.Ordinal))
            .Select(t => (double)t.Attribute("y")!).Order().ToArray();
        Assert.HasCount(6, labels);
        for (int i = 1; i < labels.Length; i++)
            Assert.IsGreaterThanOrEqualTo(12, labels[i] - labels[i - 1]);
        Assert.IsNull(CurveChart.Draw("Sigma", "iteration", [("none", [(0, double.NaN)])]));
    }
}
