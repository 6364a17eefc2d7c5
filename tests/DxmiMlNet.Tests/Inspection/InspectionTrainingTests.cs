using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Images;
using DxmiMlNet.Onnx;
using DxmiMlNet.Tests.Features;

namespace DxmiMlNet.Tests;

[TestClass]
public class InspectionTrainingTests
{
    [TestMethod]
    [DataRow(200, 0.05, 40)]    // the share
    [DataRow(50, 0.05, 19)]     // what alpha needs
    [DataRow(24, 0.05, 19)]     // the fewest images that suffice
    [DataRow(104, 0.01, 99)]
    public void Calibration_gets_its_share_and_at_least_what_alpha_needs(int images, double alpha, int expected)
        => Assert.AreEqual(expected, InspectionTraining.CalibrationCount(images, 0, new() { Alpha = alpha }));

    [TestMethod]
    public void A_large_calibration_share_leaves_enough_to_fit_on()
        => Assert.AreEqual(95, InspectionTraining.CalibrationCount(100, 0, new() { CalibrationShare = 0.99 }));

    [TestMethod]
    public void Too_few_images_are_an_error_that_says_how_many_it_takes()
    {
        var e = Assert.ThrowsExactly<DxmiException>(() => InspectionTraining.Train(Items(20)));

        Assert.AreEqual("There are 20 good images.", e.What);
        Assert.AreEqual("At least 24 are needed: 19 to calibrate on for alpha = 0.05, 5 or more to fit on.", e.Expected);
        Assert.AreEqual("Add photographs of good parts, or accept a larger alpha: 0.0625 or more.", e.Remedy);
        Assert.AreEqual(15, InspectionTraining.CalibrationCount(20, 0, new() { Alpha = 0.0625 }));
    }

    [TestMethod]
    public void One_image_only_is_an_error_of_its_own()
        => Assert.AreEqual("There is one good image only.", Assert.ThrowsExactly<DxmiException>(() => InspectionTraining.Train(Items(1))).What);

    [TestMethod]
    public void The_same_seed_gives_the_same_model_bytes()
    {
        using var parts = new SmallParts();
        byte[] first = Bytes(parts, SmallTraining.Options(parts)), second = Bytes(parts, SmallTraining.Options(parts));

        CollectionAssert.AreEqual(first, second);
        CollectionAssert.AreNotEqual(first, Bytes(parts, SmallTraining.Options(parts) with { Seed = 2 }));
    }

    [TestMethod]
    public void A_model_trained_on_tiles_inspects_in_tiles_after_loading()
    {
        using var parts = new SmallParts();
        using var trained = InspectionTraining.Train(parts.Good, SmallTraining.Options(parts) with { ImageSize = 64, TileSize = 40, TileOverlap = 16 }).Model;
        trained.Save(parts.File("tiles.zip"));
        using var loaded = InspectionModel.Load(parts.File("tiles.zip"));

        Assert.AreEqual((64, 40, 16, (16, 16, 9)), (loaded.Features.ImageWidth, loaded.Features.TileSize, loaded.Features.TileOverlap, loaded.Features.Grid));
        CollectionAssert.AreEqual(Scores(trained), Scores(loaded));

        double[] Scores(InspectionModel model) => [.. model.Inspect(parts.Test).Select(result => { using (result) return (double)result.Score; })];
    }

    [TestMethod]
    [DataRow("energy")]
    [DataRow("sampler")]
    [DataRow("DxMI")]
    public void A_training_stopped_in_any_phase_goes_on_to_the_same_model_bytes(string phase)
    {
        using var parts = new SmallParts();
        byte[] uninterrupted = Bytes(parts, SmallTraining.Options(parts));
        var options = SmallTraining.Options(parts) with { CheckpointPath = parts.File("model.zip.checkpoint") };

        using var stop = new CancellationTokenSource();
        var stopper = new Reporter(p =>
        {
            if (p.Detail.StartsWith(phase, StringComparison.Ordinal))
                stop.Cancel();
        });
        Assert.ThrowsExactly<OperationCanceledException>(() => InspectionTraining.Train(parts.Good, options, stopper, stop.Token));
        Assert.IsTrue(File.Exists(options.CheckpointPath), "a checkpoint was kept");
        byte[] resumed = Bytes(parts, options);

        CollectionAssert.AreEqual(uninterrupted, resumed);
        Assert.IsFalse(File.Exists(options.CheckpointPath), "the checkpoint is gone");
    }

    [TestMethod]
    public void Images_that_cannot_be_used_are_reported_and_the_rest_is_used()
    {
        using var parts = new SmallParts();
        string empty = parts.Write("parts/train/good/empty.png", []);
        string tiny = parts.Save("parts/train/good/tiny.png", SmallParts.Paint((_, _) => 100, side: 2));

        var result = InspectionTraining.Train(parts.Good, SmallTraining.Options(parts));
        using var model = result.Model;

        CollectionAssert.AreEqual(new[] { empty, tiny }, result.Failed.Select(f => f.Path).ToArray());
        Assert.Contains("2 x 2 pixels", result.Failed[1].Error.What);
        Assert.AreEqual(SmallParts.TrainGood, result.FittingImages + result.CalibrationImages);
        Assert.AreEqual(result.CalibrationImages, model.Calibration.CalibrationCount);
    }

    [TestMethod]
    public void Features_that_are_no_numbers_stop_the_training_with_an_error_that_names_the_backbone()
    {
        using var parts = new SmallParts();
        var graph = new OnnxGraph("roots");
        graph.Input("image", OnnxType.Float, -1, 3, -1, -1);
        var mean = graph.Node("AveragePool", ["image"], ("kernel_shape", [8, 8]), ("strides", [8, 8]));
        graph.Node("Sqrt", [graph.Node("Sub", [mean, graph.Constant("white", new float[] { 1e3f }, 1)])], "deep");
        graph.Output("deep", OnnxType.Float, -1, 3, -1, -1);
        string path = TinyBackbone.Write(parts.File("."), TinyBackbone.Description with { Taps = [new BackboneTap { Tensor = "deep", Stride = 8 }] },
            graph.ToModel());

        var options = SmallTraining.Options(parts) with { Backbone = BackboneDescription.Load(path) };
        var e = Assert.ThrowsExactly<DxmiException>(() => InspectionTraining.Train(parts.Good, options));

        Assert.AreEqual("The backbone 'tiny' gave features that are no finite numbers.", e.What);
    }

    private static byte[] Bytes(SmallParts parts, InspectionTrainingOptions options)
    {
        using var model = InspectionTraining.Train(parts.Good, options).Model;
        model.Save(parts.File("model.zip"));
        return File.ReadAllBytes(parts.File("model.zip"));
    }

    private static InspectionItem[] Items(int count)
        => [.. Enumerable.Range(0, count).Select(i => new InspectionItem($"{i}.png", false, "parts", InspectionItem.Good))];

    private sealed class Reporter(Action<InspectionProgress> report) : IProgress<InspectionProgress>
    {
        public void Report(InspectionProgress value) => report(value);
    }
}
