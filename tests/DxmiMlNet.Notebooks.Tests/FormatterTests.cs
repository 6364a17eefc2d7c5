using DxmiMlNet.Images;
using DxmiMlNet.Interactive;
using Microsoft.Data.Analysis;
using Microsoft.DotNet.Interactive.Formatting;
using Microsoft.ML;

namespace DxmiMlNet.Notebooks.Tests;

/// <summary>What a notebook shows.</summary>
[TestClass]
public class FormatterTests
{
    private static readonly string s_data = Path.Combine(StoryTests.Repository, "data", "brushed-metal");

    [TestInitialize]
    public void Register() => InspectionFormatters.Register();

    [TestMethod]
    public void An_image_is_a_picture()
    {
        using var image = ImageFile.Load(Path.Combine(s_data, "test", "scratch", "000.jpg"));

        StringAssert.Contains(Html(image), "<img");
    }

    [TestMethod]
    public void A_view_with_images_is_a_contact_sheet_of_its_first_rows()
    {
        var view = new MLContext().Data.LoadInspectionImages(Path.Combine(s_data, "test", "good"));

        Assert.AreEqual(20, Html(view).Split("<img").Length - 1);
    }

    [TestMethod]
    public void A_data_frame_is_a_table()
    {
        string html = Html(new DataFrame(new StringDataFrameColumn("part", ["a<b"]), new PrimitiveDataFrameColumn<double>("score", [1.23456])));

        StringAssert.Contains(html, "<table");
        StringAssert.Contains(html, "a&lt;b");
        StringAssert.Contains(html, "1.235");
    }

    [TestMethod]
    public void A_result_without_pictures_has_verdict_and_score()
        => StringAssert.Contains(Html(new InspectionResult(new InspectionItem("part.png", false, "", "good")) { Score = 2.5f, Verdict = "Review" }), "Review");

    [TestMethod]
    public void Training_progress_is_a_bar_that_changes_no_faster_than_one_reads()
    {
        var progress = new TrainingProgressView(new StoppedClock());
        int changes = 0;
        progress.Changed = () => changes++;

        for (int i = 0; i < 100; i++)
            progress.Report(InspectionProgress.Of("Reading <images>", i, 100));

        Assert.AreEqual(1, changes);
        string html = Html(progress);
        StringAssert.Contains(html, "value=\"0.99\"");
        StringAssert.Contains(html, "Reading &lt;images&gt;");
    }

    private static string Html(object value) => value.ToDisplayString(HtmlFormatter.MimeType);

    private sealed class StoppedClock : TimeProvider
    {
        public override long GetTimestamp() => 1;
    }
}
