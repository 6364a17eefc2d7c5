using DxmiMlNet.Persistence;
using DxmiMlNet.Tests;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class TrainCommandTests
{
    [TestMethod]
    public void Json_is_the_only_line_and_has_the_promised_names()
    {
        var run = TrainedModel.Training;

        Assert.HasCount(1, run.Output.TrimEnd().Split('\n'));
        CollectionAssert.IsSubsetOf(new[] { "model", "images", "failed", "seconds", "peakMemoryMb", "threshold", "alpha", "calibrationImages", "modelBytes",
            "seed" }, run.Names);
        Assert.AreEqual(TrainedModel.Path, run.Json.GetProperty("model").GetString());
        Assert.AreEqual(SmallParts.TrainGood, run.Json.GetProperty("images").GetInt32());
        Assert.AreEqual(9, run.Json.GetProperty("calibrationImages").GetInt32());
        Assert.AreEqual(0.1, run.Json.GetProperty("alpha").GetDouble());
        Assert.AreEqual(5, run.Json.GetProperty("seed").GetInt32());
        Assert.AreEqual(new FileInfo(TrainedModel.Path).Length, run.Json.GetProperty("modelBytes").GetInt64());
        Assert.IsGreaterThan(20.0, run.Json.GetProperty("peakMemoryMb").GetDouble());
    }

    [TestMethod]
    public void Same_seed_gives_equal_bytes_and_nothing_else_is_left_behind()
    {
        using var folder = new TestFolder();
        var run = CommandLine.Run(TrainedModel.TrainArguments(folder.File("again.zip"), seed: "5"));

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        CollectionAssert.AreEqual(File.ReadAllBytes(TrainedModel.Path), File.ReadAllBytes(folder.File("again.zip")));
        Assert.HasCount(1, Directory.GetFileSystemEntries(folder.Path));
        Assert.Contains("Rejects from score", run.Output);
    }

    [TestMethod]
    public void Tiles_are_part_of_the_model_and_stand_in_summary_and_report()
    {
        using var folder = new TestFolder();
        string model = folder.File("tiles.zip"), report = folder.File("report");
        string[] train = [.. TrainedModel.TrainArguments(model), "--image-size", "64", "--tile-size", "40", "--tile-overlap", "16"];
        var run = CommandLine.Run([.. train, "--json"]);
        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.AreEqual(64, run.Json.GetProperty("imageWidth").GetInt32());
        Assert.AreEqual(40, run.Json.GetProperty("tileSize").GetInt32());
        Assert.AreEqual(16, run.Json.GetProperty("tileOverlap").GetInt32());
        Assert.DoesNotContain("tileSize", TrainedModel.Training.Output);

        var evaluation = CommandLine.Run("evaluate", "--model", model, "--data", TrainedModel.Parts.Data, "--report", report);
        Assert.AreEqual(ExitCodes.Fine, evaluation.ExitCode, evaluation.Error);
        Assert.Contains("in tiles of 40, 16 or more of them shared", File.ReadAllText(Path.Combine(report, "report.html")));
    }

    [TestMethod]
    public void A_stopped_training_ends_with_130_and_leaves_no_half_written_model()
    {
        using var folder = new TestFolder();
        string model = folder.File("model.zip");
        using var stop = new CancellationTokenSource();
        using var error = new CancellingWriter("Training", stop);
        int exitCode;
        // The first line of progress comes after two seconds: until then there is something to stop.
        using (var output = new StringWriter())
            exitCode = Program.Run(TrainedModel.TrainArguments(model, effort: "20"), TextReader.Null, output, error, cancellation: stop.Token);

        Assert.AreEqual(ExitCodes.Cancelled, exitCode);
        Assert.Contains("Stopped.", error.ToString());
        Assert.IsFalse(File.Exists(model));
        Assert.IsTrue(Directory.GetFiles(folder.Path).All(f => f.EndsWith(".checkpoint", StringComparison.Ordinal) || f.EndsWith(".checkpoint.features", StringComparison.Ordinal)),
            "only the checkpoint and the features beside it may be there");
    }

    [TestMethod]
    public void A_bad_image_is_reported_with_exit_code_1_and_the_model_is_made()
    {
        using var parts = new SmallParts();
        parts.Write("parts/train/good/empty.png", []);
        var run = CommandLine.Run("train", "--data", parts.Data, "--model", parts.File("model.zip"), "--backbone", parts.BackbonePath,
            "--alpha", "0.1", "--effort", "0.005", "--json");

        Assert.AreEqual(ExitCodes.FailedItems, run.ExitCode, run.Error);
        var failed = run.Json.GetProperty("failed").EnumerateArray().Single();
        Assert.AreEqual("train/good/empty.png", failed.GetProperty("path").GetString());
        Assert.Contains("is empty", failed.GetProperty("error").GetString()!);
        Assert.IsTrue(File.Exists(parts.File("model.zip")));
    }

    // Defect 12.
    [TestMethod]
    public void A_second_training_of_the_same_model_file_is_refused()
    {
        using var folder = new TestFolder();
        using (ModelFile.Reserve(folder.File("model.zip")))
            CommandLine.Run(TrainedModel.TrainArguments(folder.File("model.zip"))).AssertRefused("Another training writes the model", "One run at a time", "another name");

        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    // Defect 12.
    [TestMethod]
    public void A_device_that_is_not_there_is_refused_before_anything_is_read_or_made()
    {
        using var folder = new TestFolder();
        CommandLine.Run("train", "--data", folder.File("nowhere/images"), "--model", folder.File("new/model.zip"), "--device", "cuda")
            .AssertRefused("Device 'cuda' is not available here.", "CUDA", "TorchBackend");

        Assert.IsFalse(File.Exists(folder.File("new/model.zip")));
    }

    // Defect 12.
    [TestMethod]
    public void The_help_says_that_threads_count_for_the_seed()
        => Assert.Contains("--threads", CommandLine.Run("train", "--help").Output.Split('\n').SkipWhile(line => !line.Contains("--seed", StringComparison.Ordinal))
            .TakeWhile(line => !line.Contains("--device", StringComparison.Ordinal)).Take(3).Aggregate((a, b) => a + b));

    // Defect 12.
    [TestMethod]
    public void Images_of_other_proportions_are_warned_about()
    {
        using var parts = new SmallParts();
        parts.Write("parts/train/good/wide.png", Encoded.Png(32, 96));
        var run = CommandLine.Run("train", "--data", parts.Data, "--model", parts.File("model.zip"), "--backbone", parts.BackbonePath, "--alpha", "0.1", "--effort", "0.005", "--json");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.Contains("Warning: The good images have 2 different sizes, from 32 x 32 to 96 x 32 pixels.", run.Error);
        Assert.Contains("Warning: The good images have different proportions, from 32 x 32 to 96 x 32 pixels.", run.Error);
        Assert.AreEqual(2, run.Json.GetProperty("warnings").GetArrayLength());
    }

    /// <summary>Stops the command when a line begins with a word.</summary>
    private sealed class CancellingWriter(string word, CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            if (value?.StartsWith(word, StringComparison.Ordinal) == true)
                stop.Cancel();
        }
    }
}
