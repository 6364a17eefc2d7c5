using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Onnx;
using DxmiMlNet.Tests;

namespace DxmiMlNet.Cli.Tests;

[TestClass]
public class BackboneDistillTests
{
    /// <summary>A teacher of the strides 4, 8 and 16 whose description taps the first two only.</summary>
    private static string Teacher(TestFolder folder) => TinyBackbone.Write(folder.Path, model: TinyBackbone.Model(graph =>
    {
        graph.Node("AveragePool", ["deep"], "deeper", ("kernel_shape", [2, 2]), ("strides", [2, 2]));
        graph.Output("inner", OnnxType.Float, -1, TinyBackbone.StemChannels, -1, -1);
        graph.Output("deeper", OnnxType.Float, -1, TinyBackbone.DeepChannels, -1, -1);
    }));

    private static string[] Arguments(TestFolder folder, string output, params string[] more)
        => ["backbone", "distill", "--teacher", Teacher(folder), "--images", Path.Combine(TrainedModel.Parts.Data, "train"), "--output", folder.File(output),
            "--steps", "2", "--batch-size", "2", "--crop-size", "32", "--threads", "1", .. more];

    [TestMethod]
    public void A_distilled_network_can_be_used_through_its_description()
    {
        using var folder = new TestFolder();
        var run = CommandLine.Run(Arguments(folder, "student.onnx", "--teacher-taps", "inner,deep,deeper", "--json"));

        Assert.AreEqual(ExitCodes.Fine, run.ExitCode, run.Error);
        CollectionAssert.IsSubsetOf(new[] { "model", "description", "steps", "heldOutLoss", "untrainedLoss", "seconds" }, run.Names);
        Assert.AreEqual(2, run.Json.GetProperty("steps").GetInt32());
        Assert.AreEqual(3, run.Json.GetProperty("heldOutLoss").GetArrayLength());
        Assert.AreEqual(3, run.Json.GetProperty("untrainedLoss").GetArrayLength());
        var student = BackboneDescription.Load(folder.File("student.json"));
        Assert.AreEqual("student", student.Name);
        Assert.AreEqual("distilled from tiny (MIT), 2 steps, seed 1", student.Source);
        CollectionAssert.AreEqual(new[] { 4, 8, 16 }, student.Taps.Select(t => t.Stride).ToArray());
        Assert.AreEqual(folder.File("student.onnx"), student.ModelPath);
    }

    [TestMethod]
    public void The_same_command_goes_on_from_its_checkpoint()
    {
        using var folder = new TestFolder();
        string[] taps = ["--teacher-taps", "inner,deep,deeper"];
        Assert.AreEqual(ExitCodes.Fine, CommandLine.Run(Arguments(folder, "student.onnx", taps)).ExitCode);
        Assert.IsTrue(File.Exists(folder.File("student.onnx.checkpoint")));
        var refused = CommandLine.Run(Arguments(folder, "student.onnx", [.. taps, "--seed", "2"]));
        refused.AssertRefused("other options", "same seed", "delete the file");
    }

    [TestMethod]
    public void Wrong_teachers_and_outputs_are_refused_before_the_work()
    {
        using var folder = new TestFolder();
        CommandLine.Run(Arguments(folder, "student.onnx")).AssertRefused("strides 4, 8", "4, 8 and 16", "--teacher-taps");
        CommandLine.Run(Arguments(folder, "student.onnx", "--teacher-taps", "inner,deep")).AssertRefused("2 taps", "Three", "one tensor a stride");
        CommandLine.Run(Arguments(folder, "student.onnx", "--teacher-taps", "inner,deep,stem")).AssertRefused("no output 'stem'", "deeper", "Name one");
        CommandLine.Run(Arguments(folder, "student.zip")).AssertRefused("student.zip", "ONNX", ".onnx");
        CommandLine.Run(Arguments(folder, "tiny.onnx")).AssertRefused("would replace the teacher", "Another file", "another name");
        Assert.IsFalse(File.Exists(folder.File("student.onnx")));
    }
}
