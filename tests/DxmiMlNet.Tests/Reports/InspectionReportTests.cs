using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using DxmiMlNet.Explanation;
using DxmiMlNet.Reports;
using DxmiMlNet.Tests.Explanation;

namespace DxmiMlNet.Tests.Reports;

[TestClass]
public class InspectionReportTests
{
    private static ReportImage Image(string path, bool isAnomalous, double score)
        => new(path, isAnomalous ? "crack" : "good", isAnomalous, score, 0.125, score > 3 ? "Reject" : score > 2 ? "Review" : "Pass");

    private static readonly InspectionReport s_report = new()
    {
        Title = "Tiles & <more>",
        Images = [Image("good-1.png", false, 1), Image("good-2.png", false, 2.5), Image("bad-1.png", true, 1.5), Image("bad-2.png", true, 7)],
        Thresholds = new(Review: 2, Reject: 3),
        Metrics = [new("Image AUROC", "0.7512", "of 4 images")],
        ByDefect = new(["Defect", "AUROC"], [["crack", "0.6543"]]),
        Failures = [new("broken.png", "The file is empty.")],
        Settings = [new("Seed", "17")],
    };

    private static string Render(InspectionReport report)
    {
        var writer = new StringWriter(CultureInfo.InvariantCulture);
        report.Write(writer);
        return writer.ToString();
    }

    private static XElement Parse(string html)
    {
        using var reader = XmlReader.Create(new StringReader(html), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XElement.Load(reader);
    }

    private static string Text(XElement page) => Regex.Replace(string.Join(' ', page.Descendants().Where(e => !e.HasElements && e.Name != "style").Select(e => e.Value)), @"\s+", " ");

    [TestMethod]
    public void The_page_holds_every_number_that_it_was_given()
    {
        string text = Text(Parse(Render(s_report)));
        foreach (string expected in new[] { "Image AUROC 0.7512 of 4 images", "crack 0.6543", "broken.png The file is empty.", "Seed 17", "bad-1.png", "0.125", "Review above 2", "Reject above 3" })
            StringAssert.Contains(text, expected);
        StringAssert.Contains(Render(s_report), "4 images: 2 good, 2 anomalous; 1 file could not be read.");
    }

    [TestMethod]
    public void The_area_under_the_ROC_curve_counts_ties_half()
    {
        // Pairs (bad, good): 1.5 against 1 right, against 2.5 wrong; 7 right twice: 3 of 4.
        Assert.AreEqual("AUROC 0.75", Label(s_report));
        Assert.AreEqual("AUROC 0.5", Label(s_report with { Images = [Image("a", false, 1), Image("b", true, 1)] }));

        static string Label(InspectionReport report) => Parse(Render(report)).Descendants("text").Single(t => (string?)t.Attribute("class") == "big").Value;
    }

    [TestMethod]
    public void Missed_defects_and_false_alarms_are_counted()
        => StringAssert.Contains(Text(Parse(Render(s_report))), "Missed defects: 1 of 2. False alarms: 0 of 2.");

    [TestMethod]
    [DataRow("<script>alert(1)</script>.png")]
    [DataRow("\"onerror='x' & </style></svg>.png")]
    [DataRow("control \u0001 lone surrogate \ud800 and pair \U0001F600.png")]
    public void A_hostile_file_name_is_only_text(string name)
    {
        using var photograph = Photographs.Grey(8, 8);
        var report = s_report with
        {
            Title = name,
            Images = [.. s_report.Images, Image(name, true, 1)],
            Pictures = [ReportPicture.Encode(name, photograph, photograph, [])],
            Failures = [new(name, name)],
            ByDefect = new([name], [[name]]),
        };
        string html = Render(report);
        Assert.IsEmpty(Parse(html).Descendants("script"));
        Assert.IsFalse(html.Contains("<script", StringComparison.OrdinalIgnoreCase));
        string shown = name.Replace('\u0001', '\uFFFD').Replace('\ud800', '\uFFFD');
        Assert.AreEqual(shown, Parse(html).Descendants("h1").Single().Value);
        Assert.Contains(shown, Parse(html).Descendants("h4").Select(h => h.Value));
    }

    [TestMethod]
    public void Nothing_outside_the_file_is_referenced()
    {
        using var photograph = Photographs.Grey(8, 8);
        string html = Render(s_report with { Pictures = [ReportPicture.Encode("bad-1.png", photograph, photograph, [])] });
        var links = Parse(html).DescendantsAndSelf().Attributes().Where(a => a.Name.LocalName is "src" or "href" or "srcset" or "action").Select(a => a.Value).ToArray();
        Assert.HasCount(2, links);
        foreach (string link in links)
            StringAssert.StartsWith(link, "data:image/jpeg;base64,");
        Assert.IsFalse(Regex.IsMatch(html, @"https?:|@import|url\((?!#)"));
    }

    [TestMethod]
    public void Pictures_have_alternative_texts_and_tables_have_headings()
    {
        using var photograph = Photographs.Grey(8, 8);
        DefectRegion[] regions = [new(1, 1, 2, 2, 4, 9, 2, 2), new(5, 5, 2, 2, 4, 8, 6, 6)];
        var page = Parse(Render(s_report with { Pictures = [ReportPicture.Encode("bad-1.png", photograph, photograph, regions)] }));
        CollectionAssert.AreEqual(new[] { "Photograph bad-1.png", "Anomaly map over bad-1.png: 2 defect regions" }, page.Descendants("img").Select(i => (string)i.Attribute("alt")!).ToArray());
        foreach (var svg in page.Descendants("svg"))
            Assert.IsTrue((svg.Element("title") is not null && svg.Element("desc") is not null) || (string?)svg.Attribute("aria-hidden") == "true");
        foreach (var heading in page.Descendants("th"))
            Assert.IsNotNull(heading.Attribute("scope"));
    }

    [TestMethod]
    public void Only_what_HTML_never_closes_is_left_without_an_end_tag()
    {
        var selfClosed = Regex.Matches(Render(s_report), @"<(\w+)[^<>]*/>").Select(m => m.Groups[1].Value).Distinct();
        CollectionAssert.IsSubsetOf(selfClosed.ToArray(), new[] { "meta", "img", "br" });
    }

    [TestMethod]
    public void A_report_of_good_parts_only_has_no_ROC_curve_and_says_why()
    {
        var report = s_report with { Images = [Image("a", false, 1)], Metrics = [], ByDefect = null, Settings = [], Failures = [] };
        StringAssert.Contains(Text(Parse(Render(report))), "A ROC curve needs good and anomalous images");
    }

    [TestMethod]
    public void A_report_of_nothing_and_scores_that_are_no_numbers_are_survived()
    {
        Parse(Render(s_report with { Images = [] }));
        Parse(Render(s_report with { Images = [], Thresholds = new(double.PositiveInfinity, double.NaN) }));
        Parse(Render(s_report with { Images = [Image("a", false, double.NaN), Image("b", true, double.PositiveInfinity), Image("c", true, 2)] }));
    }

    [TestMethod]
    public void A_saved_report_leaves_no_temporary_file_and_replaces_the_last_one()
    {
        string folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            string path = Path.Combine(folder, "new", "report.html");
            s_report.Save(path);
            (s_report with { Title = "Second" }).Save(path);
            CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(Path.GetDirectoryName(path)!));
            StringAssert.Contains(File.ReadAllText(path), "<h1>Second</h1>");

            // A picture that cannot be shown: the last good report stays.
            var broken = s_report with { Pictures = [new("bad-1.png", [1], [1], 1, 1, [])] };
            Assert.ThrowsExactly<DxmiException>(() => broken.Save(path));
            CollectionAssert.AreEqual(new[] { path }, Directory.GetFiles(Path.GetDirectoryName(path)!));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void A_report_that_cannot_be_written_names_the_file()
    {
        string file = Path.GetTempFileName();
        try
        {
            var error = Assert.ThrowsExactly<DxmiException>(() => s_report.Save(Path.Combine(file, "report.html")));   // a file is no folder
            StringAssert.Contains(error.Message, "report.html' cannot be written");
        }
        finally
        {
            File.Delete(file);
        }
    }
}
