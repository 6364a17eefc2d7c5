using DxmiMlNet.Lab.Distillation;

namespace DxmiMlNet.Lab.Tests.Distillation;

[TestClass]
public class BackboneDistillerTests
{
    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("dxmi-distill-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void The_loss_falls_and_the_student_explains_part_of_the_teacher()
    {
        var losses = new List<double>();
        var options = TinyBackbone.Options(_folder) with { Steps = 120, LearningRate = 1e-2 };
        var result = BackboneDistiller.Run(options, new Each(p => losses.Add(p.Loss)));
        Assert.IsLessThan(0.8 * losses[0], losses[^1]);
        Assert.IsLessThan(1, result.HeldOutLoss.Average());
        Assert.HasCount(3, result.UntrainedLoss);
        Assert.AreEqual(120, result.Steps);
    }

    [TestMethod]
    public void A_stopped_and_resumed_run_gives_the_file_of_an_uninterrupted_one()
    {
        var options = TinyBackbone.Options(_folder);
        BackboneDistiller.Run(options);
        var uninterrupted = File.ReadAllBytes(options.OutputPath);

        File.Delete(options.OutputPath);
        options = options with { CheckpointPath = Path.Combine(_folder, "state", "checkpoint.bin") };
        using var stop = new CancellationTokenSource();
        Assert.ThrowsExactly<OperationCanceledException>(() => BackboneDistiller.Run(options, new Each(p => { if (p.Step == 5) stop.Cancel(); }), stop.Token));
        Assert.IsFalse(File.Exists(options.OutputPath));

        var steps = new List<int>();
        BackboneDistiller.Run(options, new Each(p => steps.Add(p.Step)));
        Assert.AreEqual(7, steps[0]);
        CollectionAssert.AreEqual(uninterrupted, File.ReadAllBytes(options.OutputPath));
    }

    [TestMethod]
    public void A_file_that_is_no_image_is_reported_and_left_out()
    {
        var options = TinyBackbone.Options(_folder) with { Steps = 1 };
        var broken = Path.Combine(options.ImageFolders[0], "broken.jpg");
        File.WriteAllText(broken, "no picture");
        var result = BackboneDistiller.Run(options);
        CollectionAssert.AreEqual(new[] { broken }, result.SkippedFiles.ToArray());
        Assert.AreEqual(10, result.TrainingImages + result.HeldOutImages);
    }

    [TestMethod]
    public void A_checkpoint_of_other_options_is_refused()
    {
        var options = TinyBackbone.Options(_folder) with { Steps = 1, CheckpointPath = Path.Combine(_folder, "checkpoint.bin") };
        BackboneDistiller.Run(options);
        var error = Assert.ThrowsExactly<DxmiException>(() => BackboneDistiller.Run(options with { Seed = 2 }));
        StringAssert.Contains(error.Message, "belongs to a distillation with other options");
    }

    [TestMethod]
    public void A_damaged_checkpoint_says_what_to_do()
    {
        var options = TinyBackbone.Options(_folder) with { Steps = 1, CheckpointPath = Path.Combine(_folder, "checkpoint.bin") };
        BackboneDistiller.Run(options);
        File.WriteAllBytes(options.CheckpointPath, File.ReadAllBytes(options.CheckpointPath)[..^100]);
        StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => BackboneDistiller.Run(options)).Message, "Delete it to start again.");
    }

    [TestMethod]
    public void A_missing_folder_an_unknown_tap_and_a_bad_value_are_named()
    {
        var options = TinyBackbone.Options(_folder);
        var folder = Assert.ThrowsExactly<DxmiException>(() => BackboneDistiller.Run(options with { ImageFolders = ["no-such-folder"] }));
        StringAssert.Contains(folder.Message, "no-such-folder does not exist");
        var tap = Assert.ThrowsExactly<DxmiException>(
            () => BackboneDistiller.Run(options with { Teacher = options.Teacher with { Taps = ["stride4", "stride8", "layer9"] } }));
        StringAssert.Contains(tap.Message, "has no output 'layer9'. It has stride4, stride8, stride16.");
        var order = Assert.ThrowsExactly<DxmiException>(
            () => BackboneDistiller.Run(options with { Teacher = options.Teacher with { Taps = ["stride8", "stride4", "stride16"] } }));
        StringAssert.Contains(order.Message, "The teacher's tap 'stride8' gives [4, 6, 4, 4] for crops of 32 pixels. [N, C, 8, 8], a tap of stride 4, was expected.");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BackboneDistiller.Run(options with { CropSize = 100 })).Message, "The crop size is 100.");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BackboneDistiller.Run(options with { Device = "tpu" })).Message, "The device is 'tpu'.");
    }

    /// <summary>Progress without a thread of its own.</summary>
    private sealed class Each(Action<DistillationProgress> action) : IProgress<DistillationProgress>
    {
        public void Report(DistillationProgress value) => action(value);
    }
}
