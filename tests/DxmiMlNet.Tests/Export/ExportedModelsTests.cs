using DxmiMlNet.Decisions;
using DxmiMlNet.Export;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Tests.Export;

/// <summary>Every kind of model exports and scores the same: all methods, masks, tiles, channel orders, kinds of parts.</summary>
[TestClass]
public class ExportedModelsTests
{
    private static SmallParts s_parts = null!;

    [ClassInitialize]
    public static void Write(TestContext _) => s_parts = new SmallParts();

    [ClassCleanup]
    public static void Clean() => s_parts.Dispose();

    [TestMethod]
    [DataRow("dxmi")]
    [DataRow("patchcore")]
    [DataRow("padim")]
    public void Every_method_scores_the_same(string method)
        => AssertSame(SmallTraining.Options(s_parts) with { Detector = method == "dxmi" ? SmallTraining.Options(s_parts).Detector : InspectionDetector.Of(method) });

    [TestMethod]
    [DataRow("dxmi")]
    [DataRow("patchcore")]
    public void A_model_with_masks_ignores_what_it_was_told_to(string method)
    {
        string mask = s_parts.Save("left.png", SmallParts.Paint((_, x) => x < SmallParts.Side / 2 ? (byte)255 : (byte)0));
        var options = SmallTraining.Options(s_parts) with { IgnoreMaskPath = mask };
        AssertSame(method == "dxmi" ? options : options with { Detector = InspectionDetector.Of(method) });
    }

    [TestMethod]
    [DataRow(72, 72, 48, 24)]    // 2 x 2 tiles
    [DataRow(104, 56, 48, 16)]   // 3 x 2, unevenly spread
    [DataRow(40, 128, 48, 24)]   // lower than a tile
    public void A_tiled_model_scores_the_same(int height, int width, int tile, int overlap)
    {
        // Larger photographs than the others: a small one that is enlarged has patches that hardly vary, and a detector that sees rounding errors in them.
        var random = new Random(1);
        InspectionItem[] items = [.. Enumerable.Range(0, 36).Select(i => new InspectionItem(
            s_parts.Save($"large/{i}.png", SmallParts.Paint((_, x) => (byte)(100 + x / 3 + random.Next(40)), side: 140)), false, "", InspectionItem.Good))];
        AssertSame(SmallTraining.Options(s_parts) with { ImageSize = new(height, width), TileSize = tile, TileOverlap = overlap }, items[..30], items[30..]);
    }

    [TestMethod]
    public void A_backbone_that_wants_blue_first_gets_it()
    {
        string folder = Path.GetDirectoryName(s_parts.File("bgr/tiny.json"))!;
        Directory.CreateDirectory(folder);
        var description = TinyBackbone.Description with { Input = TinyBackbone.Description.Input with { ChannelOrder = ChannelOrder.Bgr } };
        AssertSame(SmallTraining.Options(s_parts) with { Backbone = BackboneDescription.Load(TinyBackbone.Write(folder, description)) });
    }

    [TestMethod]
    public void Kinds_of_parts_with_thresholds_of_their_own_are_told_by_their_number()
    {
        var ml = new MLContext(seed: 1);
        using var model = SmallTraining.Train(s_parts).Model;
        InspectionItem[] items = [.. s_parts.Good.Select((item, i) => item with { Category = i % 3 == 0 ? "bolt" : "nut" })];
        var features = new TransformerChain<ITransformer>(model.Features, model.Detector);
        var calibration = ml.Transforms.CalibrateAnomalyScore(new ScoreCalibrationEstimator.Options { CategoryColumnName = "Category", Alpha = 0.1 })
            .Fit(features.Transform(ml.Data.LoadInspectionImages(items)));
        using var file = new MemoryStream();
        ml.Model.ConvertToOnnx(new TransformerChain<ITransformer>(features, calibration), file);
        using var session = new InferenceSession(file.ToArray());

        using var image = ImageFile.Load(items[0].ImagePath);
        var (pixels, height, width) = ExportedRun.Rgb(image);
        var run = ExportedRun.Of(session, [.. Enumerable.Repeat(pixels, 4).SelectMany(p => p)], height, width, [0, 1, 2, -1]);

        Assert.AreEqual("[\"bolt\",\"nut\"]", session.ModelMetadata.CustomMetadataMap["categories"]);
        Assert.AreEqual((float)calibration.PValue(run.Score[0], "bolt"), run.PValue![0]);
        Assert.AreEqual((float)calibration.PValue(run.Score[1], "nut"), run.PValue[1]);
        Assert.AreEqual(calibration.Judge(run.Score[0], "bolt"), DecisionGraph.Labels[run.Verdict![0]]);
        CollectionAssert.AreEqual(new[] { 0f, 0f }, run.PValue[2..], "a kind that is not known");
        CollectionAssert.AreEqual(new[] { 2L, 2L }, run.Verdict[2..], "must not pass");
    }

    [TestMethod]
    public void Features_that_are_no_numbers_are_rejected()
    {
        string folder = Path.GetDirectoryName(s_parts.File("nan/tiny.json"))!;
        Directory.CreateDirectory(folder);
        // A division by the mean of the pixels: fine but for a black image.
        byte[] model = TinyBackbone.Model(graph => graph.Node("Div", ["inner", graph.Node("ReduceMax", ["inner"], ("axes", [1L, 2, 3]), ("keepdims", 1L))], "share"));
        var description = TinyBackbone.Description with
        {
            Taps = [new BackboneTap { Tensor = "share", Stride = 4 }],
            Input = TinyBackbone.Description.Input with { Mean = [0, 0, 0] },
        };
        using var trained = InspectionTraining.Train(s_parts.Good, SmallTraining.Options(s_parts) with
        {
            Backbone = BackboneDescription.Load(TinyBackbone.Write(folder, description, model)),
        }).Model;
        using var file = new MemoryStream();
        trained.ExportOnnx(file);
        using var session = new InferenceSession(file.ToArray());

        var run = ExportedRun.Of(session, new byte[3 * 32 * 32], 32, 32);

        Assert.IsTrue(float.IsNaN(run.Score[0]));
        Assert.AreEqual(0f, run.PValue![0]);
        Assert.AreEqual(2L, run.Verdict![0]);
        Assert.Contains("no finite numbers", trained.Inspect(new byte[3 * 32 * 32], 32, 32, ImagePixelFormat.Rgb24).Error!.What);
    }

    private static void AssertSame(InspectionTrainingOptions options) => AssertSame(options, s_parts.Good, s_parts.Test);

    private static void AssertSame(InspectionTrainingOptions options, InspectionItem[] good, InspectionItem[] test)
    {
        using var model = InspectionTraining.Train(good, options).Model;
        using var file = new MemoryStream();
        Assert.IsLessThan(1e-4, model.ExportOnnx(file).LargestDifference);
        using var session = new InferenceSession(file.ToArray());
        foreach (var item in test)
        {
            using var image = ImageFile.Load(item.ImagePath);
            var (pixels, height, width) = ExportedRun.Rgb(image);
            var actual = ExportedRun.Of(session, pixels, height, width);
            var expected = model.Inspect(item.ImagePath);
            Assert.AreEqual(expected.Score, actual.Score[0], 1e-4f * Math.Max(1, Math.Abs(expected.Score)), item.ImagePath);
            Assert.AreEqual(expected.PValue, actual.PValue![0], 1e-6f, item.ImagePath);
            Assert.AreEqual(expected.Verdict, DecisionGraph.Labels[actual.Verdict![0]], item.ImagePath);
        }
    }
}
