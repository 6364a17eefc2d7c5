using DxmiMlNet.Tests;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class EvaluateCommandTests
{
    [TestMethod]
    public void Json_has_the_promised_names()
    {
        var run = CommandLine.Run("evaluate", "--model", TrainedModel.Path, "--data", TrainedModel.Parts.Data, "--json");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.HasCount(1, run.Output.TrimEnd().Split('\n'));
        CollectionAssert.IsSubsetOf(new[] { "imageAuroc", "averagePrecision", "pixelAuroc", "aupro", "f1Best", "f1AtThreshold", "falseRejectRate", "images",
            "failed", "seconds", "peakMemoryMb", "msPerImage", "byDefect" }, run.Names);
        Assert.AreEqual(SmallParts.TestGood + SmallParts.Scratched, run.Json.GetProperty("images").GetInt32());
        var scratch = run.Json.GetProperty("byDefect").GetProperty("scratch");
        Assert.AreEqual(SmallParts.Scratched, scratch.GetProperty("images").GetInt32());
        Assert.IsInRange(0, 1, scratch.GetProperty("imageAuroc").GetDouble());
    }

    [TestMethod]
    public void Report_writes_a_page_and_a_table()
    {
        using var folder = new TestFolder();
        string report = folder.File("report");
        var run = CommandLine.Run("evaluate", "--model", TrainedModel.Path, "--data", TrainedModel.Parts.Data, "--report", report);

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.Contains("Image AUROC", File.ReadAllText(Path.Combine(report, "report.html")));
        string[] table = File.ReadAllLines(Path.Combine(report, "metrics.csv"));
        Assert.StartsWith("DefectType,Images,ImageAuroc", table[0]);
        CollectionAssert.AreEqual(new[] { "(all)", "scratch" }, table[1..].Where(l => l.Length > 0).Select(l => l.Split(',')[0]).ToArray());
        Assert.Contains("scratch", run.Output);
        Assert.HasCount(2, Directory.GetFiles(report));
    }

    [TestMethod]
    public void Images_and_masks_that_do_not_fit_are_reported_and_the_rest_is_evaluated()
    {
        using var parts = new SmallParts();
        string mask = parts.Save("parts/ground_truth/scratch/00_mask.png", SmallParts.Paint((_, _) => 255, side: 16));
        parts.Write("parts/test/good/cut.png", File.ReadAllBytes(parts.Test[0].ImagePath)[..100]);

        var run = CommandLine.Run("evaluate", "--model", TrainedModel.Path, "--data", parts.Data, "--json");

        Assert.AreEqual(ExitCodes.FailedItems, run.ExitCode);
        var failed = run.Json.GetProperty("failed").EnumerateArray()
            .ToDictionary(f => f.GetProperty("path").GetString()!, f => f.GetProperty("error").GetString()!);
        Assert.Contains(mask, failed["test/scratch/00.png"]);
        Assert.Contains("cannot be decoded", failed["test/good/cut.png"]);
        Assert.AreEqual(SmallParts.TestGood + SmallParts.Scratched - 1, run.Json.GetProperty("images").GetInt32());
    }

    [TestMethod]
    public void Splits_check_the_promise_on_the_good_images()
    {
        // Its 30 good training images stand for test images: the folder alone has no split.
        var run = CommandLine.Run("evaluate", "--model", TrainedModel.Path, "--data", Path.Combine(TrainedModel.Parts.Data, "train", "good"),
            "--splits", "50", "--split-alphas", "0.1,0.25", "--json");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        var checks = run.Json.GetProperty("splitChecks").EnumerateArray().ToArray();
        Assert.HasCount(2, checks);
        CollectionAssert.AreEquivalent(new[] { "alpha", "calibration", "check", "splits", "insideInterval", "meanRejected", "expectedRejected", "lowestRejected",
            "highestRejected", "intervalLow", "intervalHigh" }, checks[0].EnumerateObject().Select(p => p.Name).ToArray());
        Assert.AreEqual(SmallParts.TrainGood, checks[0].GetProperty("calibration").GetInt32() + checks[0].GetProperty("check").GetInt32());
        Assert.IsGreaterThanOrEqualTo(45, checks[1].GetProperty("insideInterval").GetInt32());

        CommandLine.Run("evaluate", "--model", TrainedModel.Path, "--data", TrainedModel.Parts.Data, "--splits", "5", "--split-alphas", "2")
            .AssertRefused("'2' is no rate", "above 0 and below 1", "0.02");
    }

    [TestMethod]
    public void Good_images_alone_leave_out_what_they_cannot_tell()
    {
        var run = CommandLine.Run("evaluate", "--model", TrainedModel.Path, "--data", Path.Combine(TrainedModel.Parts.Data, "test", "good"), "--json");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        CollectionAssert.DoesNotContain(run.Names, "imageAuroc");
        CollectionAssert.Contains(run.Names, "falseRejectRate");
    }

    // Defect 12.
    [TestMethod]
    public void A_report_that_comes_to_nothing_leaves_no_empty_folder()
    {
        using var folder = new TestFolder();
        var run = CommandLine.Run("evaluate", "--model", folder.File("no.zip"), "--data", TrainedModel.Parts.Data, "--report", folder.File("report"));

        Assert.AreEqual(ExitCodes.WrongUse, run.ExitCode);
        Assert.IsFalse(Directory.Exists(folder.File("report")));
    }
}
