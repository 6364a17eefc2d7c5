using DxmiMlNet.Tests;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class IgnoreMaskTests
{
    [TestMethod]
    public void A_model_trained_with_masks_inspects_and_evaluates_without_naming_them_again()
    {
        using var parts = new SmallParts();
        string mask = Mask(parts, "left.png", x => x < 8), roi = Mask(parts, "roi.png", x => x < 24), model = parts.File("model.zip");
        Mask(parts, "masks/test/good/00_ignore.png", x => x < 16);

        var train = CommandLine.Run("train", "--data", parts.Data, "--model", model, "--backbone", parts.BackbonePath, "--alpha", "0.1", "--effort", "0.005",
            "--ignore-mask", mask, "--roi", roi, "--json");
        Assert.AreEqual(ExitCodes.Fine, train.ExitCode, train.Error);
        Assert.IsGreaterThan(0, train.Json.GetProperty("ignoredPatches").GetInt32());

        var evaluate = CommandLine.Run("evaluate", "--model", model, "--data", parts.Data, "--ignore-masks", parts.File("masks"), "--report", parts.File("report"), "--json");
        Assert.AreEqual(ExitCodes.Fine, evaluate.ExitCode, evaluate.Error);
        Assert.Contains("Ignored on every image", File.ReadAllText(parts.File("report/report.html")));
        Assert.DoesNotContain(parts.Data, File.ReadAllText(parts.File("report/report.html")), "paths are relative");

        var inspect = CommandLine.Run("inspect", "--model", model, "--input", parts.Data + "/test", "--output", parts.File("out"), "--json");
        Assert.AreEqual(ExitCodes.Fine, inspect.ExitCode, inspect.Error);
    }

    [TestMethod]
    public void Masks_of_images_need_a_model_that_knows_masks()
    {
        using var parts = new SmallParts();
        Mask(parts, "masks/good/00.png", x => x < 16);
        CommandLine.Run("inspect", "--model", TrainedModel.Path, "--input", parts.Data + "/test", "--output", parts.File("out"), "--ignore-masks", parts.File("masks"))
            .AssertRefused("trained without masks", "trained with masks", "--ignore-mask");
    }

    [TestMethod]
    public void Every_training_image_may_have_a_mask_and_a_mask_over_everything_is_reported()
    {
        using var parts = new SmallParts();
        Mask(parts, "masks/train/good/00.png", x => x < 16);
        Mask(parts, "masks/train/good/01.png", _ => true);
        var run = CommandLine.Run("train", "--data", parts.Data, "--model", parts.File("model.zip"), "--backbone", parts.BackbonePath, "--alpha", "0.1", "--effort", "0.005",
            "--cross-folds", "3", "--ignore-masks", parts.File("masks"), "--json");

        Assert.AreEqual(ExitCodes.FailedItems, run.ExitCode, run.Error);
        var failed = run.Json.GetProperty("failed").EnumerateArray().Single();
        Assert.AreEqual("train/good/01.png", failed.GetProperty("path").GetString());
        Assert.Contains("leaves no patch to inspect", failed.GetProperty("error").GetString()!);
        Assert.AreEqual(3, run.Json.GetProperty("crossFolds").GetInt32());
        Assert.AreEqual(SmallParts.TrainGood - 1, run.Json.GetProperty("calibrationImages").GetInt32());
    }

    private static string Mask(SmallParts parts, string name, Func<int, bool> isWhite)
        => parts.Save(name, SmallParts.Paint((_, x) => isWhite(x) ? (byte)255 : (byte)0));
}
