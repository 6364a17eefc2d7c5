using System.Text.Json;
using DxmiMlNet.Images;
using DxmiMlNet.Tests;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class InspectCommandTests
{
    [TestMethod]
    public void A_folder_gives_lists_and_overlays_that_keep_its_subfolders()
    {
        using var folder = new TestFolder();
        string output = folder.File("out");
        var run = Inspect(Path.Combine(TrainedModel.Parts.Data, "test"), output);

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        int count = SmallParts.TestGood + SmallParts.Scratched;
        Assert.AreEqual(count, run.Json.GetProperty("images").GetInt32());
        Assert.AreEqual(count, new[] { "passed", "review", "rejected" }.Sum(name => run.Json.GetProperty(name).GetInt32()));
        var lines = Lines(output);
        Assert.HasCount(count, lines);
        CollectionAssert.IsSubsetOf(new[] { "path", "score", "pValue", "verdict", "regions" }, lines[0].EnumerateObject().Select(p => p.Name).ToArray());
        Assert.AreEqual("overlays/good/00.png", lines[0].GetProperty("overlay").GetString());
        foreach (var line in lines)
            Assert.AreEqual((SmallParts.Side, SmallParts.Side), ImageFile.ReadSize(Path.Combine(output, line.GetProperty("overlay").GetString()!)));
        Assert.HasCount(count + 1, File.ReadAllLines(Path.Combine(output, "results.csv")));
        Assert.IsFalse(Directory.GetFiles(output, "*", SearchOption.AllDirectories).Any(f => f.EndsWith(".tmp", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void One_truncated_image_is_named_and_the_rest_goes_on()
    {
        using var parts = new SmallParts();
        string cut = parts.Write("parts/test/scratch/02.png", File.ReadAllBytes(parts.File("parts/test/scratch/02.png"))[..300]);
        string output = parts.File("out");

        var run = Inspect(parts.File("parts/test/scratch"), output);

        Assert.AreEqual(ExitCodes.FailedItems, run.ExitCode);
        Assert.AreEqual(SmallParts.Scratched - 1, run.Json.GetProperty("images").GetInt32());
        Assert.AreEqual("02.png", run.Json.GetProperty("failed").EnumerateArray().Single().GetProperty("path").GetString());
        var line = Lines(output).Single(l => l.TryGetProperty("error", out _));
        Assert.AreEqual("02.png", line.GetProperty("path").GetString(), "relative to the input");
        Assert.Contains("Copy or record the file again", line.GetProperty("error").GetString()!);
        Assert.HasCount(SmallParts.Scratched - 1, Directory.GetFiles(Path.Combine(output, "overlays")));
        Assert.Contains(cut, run.Error);
    }

    [TestMethod]
    public void Equal_names_do_not_collide()
    {
        using var parts = new SmallParts();
        parts.Save("mixed/a.png", SmallParts.Part(1));
        parts.Save("mixed/a.jpg", SmallParts.Part(2));
        parts.Save("mixed/sub/a.png", SmallParts.Part(3));
        string output = parts.File("mixed/out");

        Assert.AreEqual(ExitCodes.Fine, Inspect(parts.File("mixed"), output).ExitCode);
        CollectionAssert.AreEqual(new[] { "overlays/a.jpg.png", "overlays/a.png.png", "overlays/sub/a.png" },
            Lines(output).Select(l => l.GetProperty("overlay").GetString()).ToArray());
        // A second run takes the overlays of the first for no photographs.
        Assert.AreEqual(3, Inspect(parts.File("mixed"), output).Json.GetProperty("images").GetInt32());
    }

    [TestMethod]
    public void A_single_file_can_be_inspected()
    {
        using var folder = new TestFolder();
        var run = Inspect(TrainedModel.Parts.Test[0].ImagePath, folder.File("out"));

        Assert.AreEqual(1, run.Json.GetProperty("images").GetInt32());
        Assert.IsTrue(File.Exists(folder.File("out/overlays/00.png")));
    }

    [TestMethod]
    public void Stopped_before_the_first_image_it_leaves_nothing()
    {
        using var folder = new TestFolder();
        var run = CommandLine.Run(new CancellationToken(canceled: true),
            "inspect", "--model", TrainedModel.Path, "--input", TrainedModel.Parts.Data, "--output", folder.File("out"));

        Assert.AreEqual(ExitCodes.Cancelled, run.ExitCode);
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    [TestMethod]
    public void A_run_that_was_stopped_goes_on_and_no_image_comes_twice()   // defect 3
    {
        using var parts = new SmallParts();
        string output = parts.File("out"), lines = Path.Combine(output, "results.jsonl");
        string whole = parts.File("whole");
        Inspect(parts.Data, whole);
        Inspect(parts.Data, output);
        // What a kill in the middle of a line leaves.
        string[] all = File.ReadAllLines(lines);
        File.WriteAllText(lines, string.Join('\n', all[..3]) + "\n" + all[3][..20]);
        string overlay = Path.Combine(output, ".0123456789ab.tmp");   // and in the middle of a picture
        File.WriteAllText(overlay, "");

        var run = CommandLine.Run("inspect", "--model", TrainedModel.Path, "--input", parts.Data, "--output", output, "--resume", "--json");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.AreEqual(all.Length - 3, run.Json.GetProperty("images").GetInt32(), "what is done is not inspected again");
        CollectionAssert.AreEqual(File.ReadAllLines(Path.Combine(whole, "results.jsonl")), File.ReadAllLines(lines));
        CollectionAssert.AreEqual(File.ReadAllLines(Path.Combine(whole, "results.csv")), File.ReadAllLines(Path.Combine(output, "results.csv")));
        Assert.IsFalse(File.Exists(overlay));
    }

    [TestMethod]
    public void What_failed_is_tried_again_when_a_run_is_resumed()   // defect 3
    {
        using var parts = new SmallParts();
        string output = parts.File("out"), bad = parts.File("parts/test/scratch/02.png");
        byte[] good = File.ReadAllBytes(bad);
        File.WriteAllBytes(bad, good[..300]);
        Assert.AreEqual(ExitCodes.FailedItems, Inspect(parts.File("parts/test"), output).ExitCode);
        File.WriteAllBytes(bad, good);

        var run = CommandLine.Run("inspect", "--model", TrainedModel.Path, "--input", parts.File("parts/test"), "--output", output, "--resume", "--json");

        Assert.AreEqual(1, run.Json.GetProperty("images").GetInt32());
        Assert.AreEqual(ExitCodes.Fine, run.ExitCode);
        Assert.HasCount(SmallParts.TestGood + SmallParts.Scratched, Lines(output).Select(l => l.GetProperty("path").GetString()).Distinct().ToArray());
        Assert.IsFalse(Lines(output).Any(l => l.TryGetProperty("error", out _)));
    }

    [TestMethod]
    public void A_name_as_long_as_a_name_can_be_is_inspected_or_that_images_failure()   // defect 3
    {
        using var parts = new SmallParts();
        string longest = new string('n', 251) + ".png", tooLong = new string('n', 251) + ".jpg";   // overlays: 251 + .png, and with a name beside it 251 + .jpg.png
        parts.Save("long/" + longest, SmallParts.Part(1));
        parts.Save("long/" + tooLong, SmallParts.Part(2));
        parts.Save("long/short.png", SmallParts.Part(3));

        var run = Inspect(parts.File("long"), parts.File("out"));

        Assert.AreEqual(ExitCodes.FailedItems, run.ExitCode, run.Error);
        var lines = Lines(parts.File("out"));
        Assert.HasCount(3, lines);
        Assert.IsTrue(lines.Single(l => l.GetProperty("path").GetString() == "short.png").TryGetProperty("score", out _));
        Assert.IsTrue(lines.Where(l => l.TryGetProperty("error", out _)).All(l => l.GetProperty("error").GetString()!.Contains("cannot be written", StringComparison.Ordinal)));
        Assert.IsFalse(Directory.GetFiles(parts.File("out"), "*.tmp", SearchOption.AllDirectories).Length > 0);
    }

    [TestMethod]
    public void A_second_run_into_the_same_folder_is_refused()   // defect 3
    {
        using var folder = new TestFolder();
        using var model = InspectionModel.Load(TrainedModel.Path);
        using var first = new ResultFolder(folder.File("out"), TrainedModel.Parts.Data, model);

        CommandLine.Run("inspect", "--model", TrainedModel.Path, "--input", TrainedModel.Parts.Data, "--output", folder.File("out"))
            .AssertRefused("Another run writes", "One run at a time", "another folder");
    }

    [TestMethod]
    public void Results_of_another_model_are_not_resumed()
    {
        using var folder = new TestFolder();
        string other = folder.File("other.zip"), output = folder.File("out");
        Assert.AreEqual(ExitCodes.Fine, CommandLine.Run("calibrate", "--model", TrainedModel.Path, "--alpha", "0.2", "--output", other).ExitCode);
        Inspect(TrainedModel.Parts.Test[0].ImagePath, output);

        CommandLine.Run("inspect", "--model", other, "--input", TrainedModel.Parts.Data, "--output", output, "--resume")
            .AssertRefused("of another model", "Results of the model", "Resume with that model");
    }

    [TestMethod]
    public void Paths_come_from_standard_input_and_results_go_to_standard_output()
    {
        var paths = TrainedModel.Parts.Test.Select(item => item.ImagePath).ToArray();
        var run = CommandLine.Run(new StringReader(string.Join('\n', paths) + "\n\n"), CancellationToken.None, "inspect", "--model", TrainedModel.Path, "--input", "-", "--lines");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        var results = run.Output.TrimEnd().Split('\n').Where(line => line.StartsWith('{')).Select(InspectionJson.Deserialize).ToArray();
        Assert.HasCount(paths.Length, results);
        Assert.IsTrue(results.All(r => r.Score is not null && r.Overlay is null));
    }

    [TestMethod]
    [DataRow("float32", ".tiff")]
    [DataRow("png16", ".png")]
    public void Maps_are_written_one_pixel_a_patch(string format, string extension)
    {
        using var folder = new TestFolder();
        string output = folder.File("out");
        var run = CommandLine.Run("inspect", "--model", TrainedModel.Path, "--input", TrainedModel.Parts.Test[0].ImagePath, "--output", output, "--maps", format, "--overlays", "false");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        var line = Lines(output).Single();
        Assert.AreEqual("maps/00" + extension, line.GetProperty("map").GetString());
        Assert.IsFalse(line.TryGetProperty("overlay", out _));
        using var model = InspectionModel.Load(TrainedModel.Path);
        if (format == "png16")
            Assert.AreEqual((model.Detector.Grid.Height, model.Detector.Grid.Width), ImageFile.ReadSize(Path.Combine(output, "maps/00.png")));
    }

    private static CommandLine Inspect(string input, string output)
        => CommandLine.Run("inspect", "--model", TrainedModel.Path, "--input", input, "--output", output, "--json");

    private static JsonElement[] Lines(string output)
        => [.. File.ReadAllLines(Path.Combine(output, "results.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
}
