using DxmiMlNet.Decisions;

namespace DxmiMlNet.Line.Tests;

[TestClass]
public sealed class OverruledPartsTests
{
    [TestMethod]
    public async Task Overruled_parts_become_training_data_and_others_do_not()
    {
        await using var line = await TestLine.StartAsync();
        using var output = new TestFolder();
        byte[] dusty = SmallModel.Png(1, scratched: true), bad = SmallModel.Png(2);
        await line.InspectAsync("dusty", dusty);
        await line.InspectAsync("bad", bad);
        await line.InspectAsync("confirmed", SmallModel.Png(3, scratched: true));
        var desk = line.Get<ReviewDesk>();
        await desk.ReviewAsync("dusty", new ReviewRequest(Verdicts.Pass, "Ada", "dust"), default);
        await desk.ReviewAsync("bad", new ReviewRequest(Verdicts.Reject, "Ada", "dent"), default);
        await desk.ReviewAsync("confirmed", new ReviewRequest(Verdicts.Reject, "Ada", "scratch"), default);
        Assert.AreEqual(new OverruledExport(1, 1, 0), await LineAudit.ExportOverruledAsync(line.Get<LineOptions>(), output.Path));
        CollectionAssert.AreEqual(dusty, File.ReadAllBytes(output.File("train/good/dusty.png")));
        CollectionAssert.AreEqual(bad, File.ReadAllBytes(output.File("test/overruled/bad.png")));
        Assert.HasCount(2, Directory.GetFiles(output.Path, "*", SearchOption.AllDirectories));
        // Again, into the same folder: nothing is doubled.
        Assert.AreEqual(new OverruledExport(1, 1, 0), await LineAudit.ExportOverruledAsync(line.Get<LineOptions>(), output.Path));
    }
}
