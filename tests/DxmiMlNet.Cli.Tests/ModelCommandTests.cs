using System.Security.Cryptography;
using DxmiMlNet.Tests.Support;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class ModelCommandTests
{
    [TestMethod]
    public void Info_tells_what_a_model_is_and_which_file()
    {
        var run = CommandLine.Run("model", "info", TrainedModel.Path, "--json");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        var info = run.Json;
        Assert.AreEqual("dxmi", info.GetProperty("method").GetString());
        Assert.AreEqual(5, info.GetProperty("seed").GetInt32());
        Assert.AreEqual(0.1, info.GetProperty("alpha").GetDouble());
        Assert.AreEqual(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(TrainedModel.Path))), info.GetProperty("hash").GetString());
        Assert.AreEqual(SmallParts.TrainGood, info.GetProperty("fittingImages").GetInt32() + info.GetProperty("calibrationImages").GetInt32());
        Assert.AreEqual(TrainedModel.Training.Json.GetProperty("threshold").GetSingle(), info.GetProperty("rejectThreshold").GetSingle());
        Assert.IsGreaterThan(0, info.GetProperty("references").GetInt32());
    }

    [TestMethod]
    public void Calibrate_gives_other_rates_from_the_scores_in_the_model()
    {
        using var folder = new TestFolder();
        string output = folder.File("strict.zip");
        var run = CommandLine.Run("calibrate", "--model", TrainedModel.Path, "--alpha", "0.2", "--defects", TrainedModel.Parts.Data, "--output", output, "--json");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.AreEqual(0.2, run.Json.GetProperty("alpha").GetDouble());
        Assert.AreEqual(0.4, run.Json.GetProperty("reviewAlpha").GetDouble());
        Assert.IsLessThan(TrainedModel.Training.Json.GetProperty("threshold").GetSingle(), run.Json.GetProperty("threshold").GetSingle());
        var caught = run.Json.GetProperty("caught").EnumerateArray().ToArray();
        Assert.IsTrue(caught.All(c => c.GetProperty("defects").GetInt32() == SmallParts.Scratched));
        int[] counts = [.. caught.Select(c => c.GetProperty("caught").GetInt32())];
        CollectionAssert.AreEqual(counts.Order().ToArray(), counts, "a greater rate catches no fewer");
        Assert.AreEqual(0.2, CommandLine.Run("model", "info", output, "--json").Json.GetProperty("alpha").GetDouble());
    }

    [TestMethod]
    public void Calibrate_on_other_good_images_moves_the_thresholds()
    {
        using var folder = new TestFolder();
        string output = folder.File("new.zip"), good = Path.Combine(TrainedModel.Parts.Data, "test", "good");
        var run = CommandLine.Run("calibrate", "--model", TrainedModel.Path, "--good", good, "--alpha", "0.2", "--output", output, "--json");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.AreEqual(SmallParts.TestGood, run.Json.GetProperty("calibrationImages").GetInt32());
        using var model = InspectionModel.Load(output);
        var scores = model.Inspect(Images.InspectionDataset.Read(good)).Select(r => r.Score).Order().ToArray();
        int k = (int)(0.2 * (scores.Length + 1));
        Assert.AreEqual(MathF.BitIncrement(scores[^k]), model.Calibration.RejectThreshold);
    }

    [TestMethod]
    public void Calibrate_says_how_many_images_a_rate_needs()
    {
        using var folder = new TestFolder();
        CommandLine.Run("calibrate", "--model", TrainedModel.Path, "--alpha", "0.001", "--output", folder.File("m.zip"))
            .AssertRefused("good images to calibrate on", "999", "or accept alpha");
        CommandLine.Run("calibrate", "--model", TrainedModel.Path, "--output", folder.File("m.zip")).AssertRefused("Neither", "--good", "Give one");
        Assert.IsFalse(File.Exists(folder.File("m.zip")));
    }
}
