using DxmiMlNet.Tests;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class BenchmarkCommandTests
{
    private static string[] Arguments(string output, params string[] more)
        => ["benchmark", "--data", TrainedModel.Parts.Data, "--backbones", TrainedModel.Parts.BackbonePath, "--alpha", "0.1", "--effort", "0.005",
            "--output", output, .. more];

    [TestMethod]
    public void Json_has_the_promised_names()
    {
        using var folder = new TestFolder();
        var run = CommandLine.Run(Arguments(folder.File("b"), "--methods", "dxmi,padim", "--json"));

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.HasCount(1, run.Output.TrimEnd().Split('\n'));
        CollectionAssert.IsSubsetOf(new[] { "output", "rows", "summary", "failed", "seconds", "peakMemoryMb" }, run.Names);
        var rows = run.Json.GetProperty("rows");
        Assert.AreEqual(4, rows.GetArrayLength());
        CollectionAssert.IsSubsetOf(new[] { "dataset", "category", "defect", "backbone", "method", "seed", "mode", "imageAuroc", "averagePrecision",
            "pixelAuroc", "aupro", "f1Best", "falseRejectRate", "fitSeconds", "msPerImage", "modelBytes", "peakMemoryMb" }, rows[0].EnumerateObject().Select(p => p.Name).ToArray());
        Assert.AreEqual("", rows[0].GetProperty("defect").GetString());
        Assert.AreEqual(2, run.Json.GetProperty("summary").GetArrayLength());
        foreach (string file in new[] { "rows.jsonl", "rows.csv", "results.json", "report.html", "table.md" })
            Assert.IsTrue(File.Exists(folder.File($"b/{file}")), file);
    }

    [TestMethod]
    public void Tiles_are_measured_apart_from_whole_images()
    {
        using var folder = new TestFolder();
        string[] whole = Arguments(folder.File("b"), "--methods", "padim", "--image-size", "64", "--json");
        string[] rows = [.. new[] { whole, whole, [.. whole, "--tile-size", "40", "--tile-overlap", "16"] }.Select(arguments =>
        {
            var run = CommandLine.Run(arguments);
            Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
            return File.ReadAllText(folder.File("b/rows.jsonl"));
        })];
        Assert.AreEqual(rows[0], rows[1]);
        Assert.IsGreaterThan(rows[0].Length, rows[2].Length);
    }

    [TestMethod]
    public void Several_data_sets_are_printed_beside_each_other_with_their_mean()
    {
        using var folder = new TestFolder();
        using var others = new SmallParts();
        string renamed = others.File("others");
        Directory.Move(others.Data, renamed);
        var run = CommandLine.Run("benchmark", "--data", TrainedModel.Parts.Data, renamed, "--backbones", others.BackbonePath, "--methods", "padim",
            "--alpha", "0.1", "--output", folder.File("b"));

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        foreach (string name in new[] { "parts", "others", "all" })
            Assert.Contains($" {name} ", run.Output);
    }

    [TestMethod]
    public void Unknown_methods_modes_and_backbones_are_refused()
    {
        using var folder = new TestFolder();
        CommandLine.Run(Arguments(folder.File("b"), "--methods", "magic")).AssertRefused("'magic'", "dxmi, anchor, patchcore, patchcore+, padim, padim+, noise, pca", "once");
        CommandLine.Run(Arguments(folder.File("b"), "--mode", "some")).AssertRefused("some", "Options", "dxmi benchmark --help");
        CommandLine.Run("benchmark", "--data", TrainedModel.Parts.Data, "--backbones", "magic", "--output", folder.File("b"))
            .AssertRefused("no backbone 'magic'", "data/backbones", "path");
    }
}
