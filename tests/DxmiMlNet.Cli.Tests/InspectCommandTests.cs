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
        Assert.AreEqual(cut, run.Json.GetProperty("failed").EnumerateArray().Single().GetProperty("path").GetString());
        var line = Lines(output).Single(l => l.TryGetProperty("error", out _));
        Assert.AreEqual(cut, line.GetProperty("path").GetString());
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
    public void Stopped_it_leaves_no_lists()
    {
        using var folder = new TestFolder();
        var run = CommandLine.Run(new CancellationToken(canceled: true),
            "inspect", "--model", TrainedModel.Path, "--input", TrainedModel.Parts.Data, "--output", folder.File("out"));

        Assert.AreEqual(ExitCodes.Cancelled, run.ExitCode);
        Assert.IsEmpty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    private static CommandLine Inspect(string input, string output)
        => CommandLine.Run("inspect", "--model", TrainedModel.Path, "--input", input, "--output", output, "--json");

    private static JsonElement[] Lines(string output)
        => [.. File.ReadAllLines(Path.Combine(output, "results.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
}
