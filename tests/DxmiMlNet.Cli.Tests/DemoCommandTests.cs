using DxmiMlNet.Tests;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class DemoCommandTests
{
    [TestMethod]
    public void Demo_goes_the_whole_way_from_images_to_report()
    {
        using var folder = new TestFolder();
        string output = folder.File("demo");
        // An earlier run's images are used again: a small set stands for it.
        Copy(TrainedModel.Parts.Data, Path.Combine(output, "data", "brushed-metal-1"));

        var run = CommandLine.Run("demo", "--output", output, "--backbone", TrainedModel.Parts.BackbonePath, "--effort", "0.005", "--json");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        CollectionAssert.IsSubsetOf(new[] { "imageAuroc", "pixelAuroc", "images", "failed", "seconds", "peakMemoryMb", "msPerImage", "byDefect", "report" },
            run.Names);
        foreach (string name in new[] { "model.zip", "report.html", "metrics.csv", "results.jsonl", "results.csv", "overlays/scratch/00.png" })
            Assert.IsTrue(File.Exists(Path.Combine(output, name)), name);
        Assert.IsFalse(File.Exists(Path.Combine(output, "model.zip.checkpoint")));
    }

    [TestMethod]
    public void Synthesize_writes_the_asked_number_of_images_with_masks()
    {
        using var folder = new TestFolder();
        var run = CommandLine.Run("synthesize", "--kind", "brushed-metal", "--seed", "2", "--output", folder.File("set"), "--size", "32",
            "--train-good", "2", "--test-good", "1", "--test-per-defect", "1", "--json");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        int images = run.Json.GetProperty("images").GetInt32();
        Assert.AreEqual(2, run.Json.GetProperty("seed").GetInt32());
        Assert.HasCount(2, Directory.GetFiles(folder.File("set/train/good")));
        Assert.HasCount(images - 3, Directory.GetFiles(folder.File("set/ground_truth"), "*_mask.png", SearchOption.AllDirectories));
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
