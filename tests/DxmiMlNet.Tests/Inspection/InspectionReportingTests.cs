using System.Xml.Linq;

namespace DxmiMlNet.Tests;

[TestClass]
public class InspectionReportingTests
{
    private static SmallParts s_parts = null!;
    private static InspectionModel s_model = null!;
    private static InspectionEvaluation s_evaluation = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_parts = new SmallParts();
        s_model = SmallTraining.Train(s_parts).Model;
        s_evaluation = InspectionEvaluation.Run(s_model, s_parts.Test);
    }

    [ClassCleanup]
    public static void Clean()
    {
        s_model.Dispose();
        s_parts.Dispose();
    }

    [TestMethod]
    public void An_evaluation_is_saved_as_a_page_and_a_table()
    {
        string page = s_evaluation.SaveReport(s_model, s_parts.File("report"), new EvaluationReportOptions { ModelName = "parts.zip", ImageRoot = s_parts.Data, MaximumPictures = 3 });

        CollectionAssert.AreEquivalent(new[] { page, s_parts.File("report/metrics.csv") }, Directory.GetFiles(s_parts.File("report")));
        string html = File.ReadAllText(page);
        Assert.Contains("<h1>Evaluation of parts.zip</h1>", html);
        Assert.Contains($"<dd>{s_evaluation.Metrics.ImageAuroc:0.000}</dd>", html);
        Assert.DoesNotContain(s_parts.Data, html, "paths are shown below the root");
        Assert.AreEqual(6, html.Split("<img").Length - 1);
    }

    [TestMethod]
    public void A_report_can_be_changed_before_it_is_saved()
    {
        var report = s_evaluation.ToReport(s_model) with { Title = "Line 4, week 12" };
        report.Save(s_parts.File("own/page.html"));
        Assert.Contains("<h1>Line 4, week 12</h1>", File.ReadAllText(s_parts.File("own/page.html")));
    }

    [TestMethod]
    public void Results_and_evaluations_are_shown_as_fragments()
    {
        var anomalous = s_parts.Test.First(item => item.IsAnomalous);
        using var result = s_model.Inspect(InspectionSource.Of(anomalous), new InspectionSettings { Overlays = true });

        var fragment = XElement.Parse(result.ToHtml());
        Assert.HasCount(2, fragment.Descendants("img"));
        Assert.Contains(result.Verdict, fragment.Value);
        Assert.HasCount(1, XElement.Parse(new[] { result }.ToHtml()).Descendants("img"));
        Assert.HasCount(2, XElement.Parse(s_evaluation.ToHtml(s_model)).Descendants("svg"));
        Assert.DoesNotContain("Truly", s_model.Inspect(InspectionSource.Of(anomalous with { IsAnomalous = false })).ToHtml(), "nobody has told the truth of a new image");
    }

    [TestMethod]
    public void An_image_that_could_not_be_inspected_says_why()
    {
        using var result = s_model.Inspect(s_parts.File("missing.png"));
        Assert.Contains("missing.png", XElement.Parse(result.ToHtml()).Value);
        Assert.Contains("Could not be inspected", result.ToHtml());
    }
}
