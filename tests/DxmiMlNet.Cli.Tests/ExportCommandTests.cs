namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class ExportCommandTests
{
    [TestMethod]
    public void A_model_becomes_one_file_and_the_report_says_how_near_it_is()
    {
        using var folder = new TestFolder();
        string file = folder.File("part.onnx");

        var run = CommandLine.Run("export", "--model", TrainedModel.Path, "--output", file, "--map-size", "input", "--json");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.AreEqual(new FileInfo(file).Length, run.Json.GetProperty("bytes").GetInt64());
        Assert.IsLessThan(1e-4, run.Json.GetProperty("largestDifference").GetDouble());
        Assert.IsGreaterThan(0, run.Json.GetProperty("comparedImages").GetInt32());
    }

    [TestMethod]
    public void A_place_that_cannot_be_written_to_is_refused()
        => CommandLine.Run("export", "--model", TrainedModel.Path, "--output", Path.Combine(TrainedModel.Path, "part.onnx"))
            .AssertRefused("cannot be written", "may write", "Check permissions");
}
