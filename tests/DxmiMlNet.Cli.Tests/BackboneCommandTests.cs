using System.Text.Json;
using DxmiMlNet.Lab.Benchmarking;
using DxmiMlNet.Tests;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class BackboneCommandTests
{
    [TestMethod]
    public void Inspect_lists_what_can_be_tapped()
    {
        using var folder = new TestFolder();
        string json = TinyBackbone.Write(folder.Path);
        var run = CommandLine.Run("backbone", "inspect", json, "--json");

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.AreEqual(256, run.Json.GetProperty("height").GetInt32());
        CollectionAssert.AreEqual(new[] { "stem 4 4 False False", "inner 4 4 False True", "deep 5 8 True True", "aside 4 4 True False" },
            run.Json.GetProperty("tensors").EnumerateArray().Select(Row).ToArray());
        var plain = CommandLine.Run("backbone", "inspect", folder.File("tiny.onnx"));
        Assert.AreEqual(ExitCodes.Fine, plain.ExitCode, plain.Error);
        Assert.Contains("4 tensors can be tapped", plain.Output);

        static string Row(JsonElement t)
            => $"{t.GetProperty("tensor")} {t.GetProperty("channels")} {t.GetProperty("stride")} {t.GetProperty("output")} {t.GetProperty("tapped")}";
    }

    [TestMethod]
    public void Inspect_keeps_to_a_fixed_image_size()
    {
        using var folder = new TestFolder();
        TinyBackbone.Write(folder.Path, model: TinyBackbone.Model(null, 1, 3, 32, 64));
        var run = CommandLine.Run("backbone", "inspect", folder.File("tiny.onnx"), "--json");
        Assert.AreEqual(32, run.Json.GetProperty("height").GetInt32());
        Assert.AreEqual(64, run.Json.GetProperty("width").GetInt32());
        Assert.AreEqual(4, run.Json.GetProperty("tensors").GetArrayLength());
    }

    [TestMethod]
    public void Inspect_refuses_what_is_no_network()
    {
        using var folder = new TestFolder();
        CommandLine.Run("backbone", "inspect", folder.File("none.onnx")).AssertRefused("does not exist", "ONNX", "path");
        File.WriteAllText(folder.File("text.onnx"), "no network");
        CommandLine.Run("backbone", "inspect", folder.File("text.onnx")).AssertRefused("no ONNX model", "valid ONNX", "again");
        TinyBackbone.Write(folder.Path, model: TinyBackbone.Model(null, -1, 1, -1, -1));
        CommandLine.Run("backbone", "inspect", folder.File("tiny.onnx")).AssertRefused("[?, 1, ?, ?]", "[N, 3, H, W]", "colour");
    }

    [TestMethod]
    public void List_names_and_times_the_embedded_backbone()
    {
        var run = CommandLine.Run("backbone", "list", "--time", "--image-size", "32", "--json");
        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        var embedded = run.Json.GetProperty("backbones")[0];
        Assert.AreEqual("embedded", embedded.GetProperty("name").GetString());
        Assert.AreEqual("MIT", embedded.GetProperty("licence").GetString());
        Assert.IsTrue(embedded.GetProperty("present").GetBoolean());
        Assert.IsTrue(embedded.TryGetProperty("milliseconds", out _));
        CommandLine.Run("backbone", "list", "--time", "--image-size", "40").AssertRefused("image size 40", "multiple of the coarsest stride 16", "Take 256");
    }

    [TestMethod]
    public void Check_says_whether_description_and_model_fit()
    {
        var run = CommandLine.Run("backbone", "check", TrainedModel.Parts.BackbonePath, "--image-size", "32x64", "--json");
        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        Assert.AreEqual("tiny", run.Json.GetProperty("name").GetString());
        Assert.AreEqual((8, 16), (run.Json.GetProperty("gridHeight").GetInt32(), run.Json.GetProperty("gridWidth").GetInt32()));
        string wrong = TrainedModel.Parts.Write("wrong.json", System.Text.Encoding.UTF8.GetBytes(File.ReadAllText(TrainedModel.Parts.BackbonePath).Replace("\"deep\"", "\"depe\"")));
        CommandLine.Run("backbone", "check", wrong).AssertRefused("no tensor 'depe'", "deep", "Correct the tap");
        CommandLine.Run("backbone", "check", TrainedModel.Parts.BackbonePath, "--image-size", "big").AssertRefused("image size 'big'", "Options", "dxmi backbone check --help");
    }

    [TestMethod]
    public void The_random_backbone_has_the_embedded_shape_and_the_same_weights_every_time()
    {
        var random = BenchmarkBackbone.Find("random").Description;
        CollectionAssert.AreEqual(BenchmarkBackbone.Find("embedded").Description.Taps.ToArray(), random.Taps.ToArray());
        Assert.IsTrue(random.ReadModel().AsSpan().SequenceEqual(BenchmarkBackbone.Find("random").Description.ReadModel()));
        Assert.IsFalse(random.ReadModel().AsSpan().SequenceEqual(BenchmarkBackbone.Find("embedded").Description.ReadModel()));
    }

    [TestMethod]
    public void The_subcommand_is_named_where_its_options_are_wrong()
        => CommandLine.Run("backbone", "list", "--magic").AssertRefused("--magic", "Options", "dxmi backbone list --help");
}
