using System.Text.Json;
using DxmiMlNet.Export;
using DxmiMlNet.Images;
using DxmiMlNet.Persistence;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Tests.Export;

/// <summary>The exported file in plain ONNX Runtime gives what the model gives, on the same bytes.</summary>
[TestClass]
public class OnnxExportTests
{
    private static SmallParts s_parts = null!;
    private static InspectionModel s_model = null!;
    private static InferenceSession s_session = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_parts = new SmallParts();
        s_model = SmallTraining.Train(s_parts).Model;
        s_model.ExportOnnx(s_parts.File("part.onnx"));
        s_session = new InferenceSession(s_parts.File("part.onnx"));
    }

    [ClassCleanup]
    public static void Clean()
    {
        s_session.Dispose();
        s_model.Dispose();
        s_parts.Dispose();
    }

    [TestMethod]
    [DataRow(32, 32)]
    [DataRow(20, 90)]
    [DataRow(131, 77)]
    [DataRow(400, 300)]
    public void Any_size_of_image_scores_as_the_model_scores_it(int height, int width)
    {
        byte[] pixels = Pixels(height, width, seed: height);
        var expected = s_model.Inspect(pixels, width, height, ImagePixelFormat.Rgb24, settings: new InspectionSettings { Maps = true });

        var actual = ExportedRun.Of(s_session, pixels, height, width);

        AssertClose(expected.Score, actual.Score[0], "score");
        Assert.AreEqual(expected.PValue, actual.PValue![0], 1e-6f);
        Assert.AreEqual(expected.Verdict, DecisionGraph.Labels[actual.Verdict![0]]);
        for (int p = 0; p < expected.Map!.Values.Length; p++)
            AssertClose(expected.Map.Values[p], actual.Map[p], $"patch {p}");
    }

    [TestMethod]
    public void A_batch_of_images_scores_as_each_of_them()
    {
        byte[][] images = [.. Enumerable.Range(0, 5).Select(i => Pixels(50, 40, seed: i))];

        var batch = ExportedRun.Of(s_session, [.. images.SelectMany(p => p)], 50, 40);

        for (int i = 0; i < images.Length; i++)
            AssertClose(ExportedRun.Of(s_session, images[i], 50, 40).Score[0], batch.Score[i], $"image {i}");
    }

    [TestMethod]
    public void P_values_and_verdicts_are_those_of_the_calibration_from_the_lowest_score_to_the_highest()
    {
        foreach (var item in s_parts.Test)
        {
            using var image = ImageFile.Load(item.ImagePath);
            var (pixels, height, width) = ExportedRun.Rgb(image);
            var actual = ExportedRun.Of(s_session, pixels, height, width);
            Assert.AreEqual((float)s_model.Calibration.PValue(actual.Score[0]), actual.PValue![0], item.ImagePath);
            Assert.AreEqual(s_model.Calibration.Judge(actual.Score[0]), DecisionGraph.Labels[actual.Verdict![0]], item.ImagePath);
        }
    }

    [TestMethod]
    public void Thresholds_can_be_changed_without_another_export()
    {
        byte[] pixels = Pixels(32, 32, seed: 1);
        float score = ExportedRun.Of(s_session, pixels, 32, 32).Score[0];

        Assert.AreEqual(2, With(score - 1, score - 2));
        Assert.AreEqual(1, With(score + 1, score - 1));
        Assert.AreEqual(0, With(score + 2, score + 1));
        Assert.AreEqual(2, With(score - 1, score + 1), "what is rejected is not to be reviewed");

        long With(float reject, float review) => ExportedRun.Of(s_session, pixels, 32, 32, ("reject_threshold", reject), ("review_threshold", review)).Verdict![0];
    }

    [TestMethod]
    public void The_file_tells_where_it_comes_from()
    {
        string saved = s_parts.File("saved.zip");
        s_model.Save(saved);
        using var loaded = InspectionModel.Load(saved);
        loaded.ExportOnnx(s_parts.File("loaded.onnx"));
        using var session = new InferenceSession(s_parts.File("loaded.onnx"));
        var told = session.ModelMetadata.CustomMetadataMap;

        Assert.AreEqual(loaded.Describe().Hash, told["model_sha256"]);
        Assert.AreEqual(s_session.ModelMetadata.CustomMetadataMap["model_sha256"], told["model_sha256"], "exported before it was saved, it names the same model");
        Assert.AreEqual($"{s_model.Card!.TrainedOn:yyyy-MM-dd}", told["trained_on"]);
        Assert.AreEqual($"{s_model.Card.Seed}", told["seed"]);
        Assert.AreEqual("0.1", told["alpha"]);
        Assert.AreEqual($"{s_model.Calibration.CalibrationCount}", told["calibration_images"]);
        Assert.AreEqual("tiny", told["backbone"]);
        CollectionAssert.AreEqual(new[] { "Pass", "Review", "Reject" }, JsonSerializer.Deserialize<string[]>(told["verdicts"]));
    }

    [TestMethod]
    public void The_map_comes_in_the_size_of_the_image_where_that_is_asked_for()
    {
        using var stream = new MemoryStream();
        s_model.ExportOnnx(stream, new OnnxExportOptions { MapAtInputSize = true });
        using var session = new InferenceSession(stream.ToArray());
        byte[] pixels = Pixels(60, 45, seed: 3);
        var map = s_model.Inspect(pixels, 45, 60, ImagePixelFormat.Rgb24, settings: new InspectionSettings { Maps = true }).Map!;
        var expected = new float[60 * 45];
        MapResizer.Resize(map.Values, map.Height, map.Width, expected, 60, 45);

        float[] actual = ExportedRun.Of(session, pixels, 60, 45).Map;

        Assert.HasCount(expected.Length, actual);
        for (int p = 0; p < expected.Length; p++)
            AssertClose(expected[p], actual[p], $"pixel {p}");
    }

    [TestMethod]
    public void The_same_model_gives_the_same_bytes()
    {
        s_model.ExportOnnx(s_parts.File("again.onnx"));
        CollectionAssert.AreEqual(File.ReadAllBytes(s_parts.File("part.onnx")), File.ReadAllBytes(s_parts.File("again.onnx")));
    }

    [TestMethod]
    public void A_chain_of_features_and_detector_alone_exports_score_and_map()
    {
        var ml = new MLContext();
        var chain = new TransformerChain<ITransformer>(s_model.Features, new TransformerChain<ITransformer>(s_model.Detector));
        string path = s_parts.File("chain.onnx");
        var report = ml.Model.ConvertToOnnx(chain, path);
        using var session = new InferenceSession(path);

        CollectionAssert.AreEquivalent(new[] { "score", "anomaly_map" }, session.OutputMetadata.Keys.ToArray());
        byte[] pixels = Pixels(32, 32, seed: 5);
        AssertClose(s_model.Inspect(pixels, 32, 32, ImagePixelFormat.Rgb24).Score, ExportedRun.Of(session, pixels, 32, 32).Score[0], "score");
        Assert.AreEqual(new FileInfo(path).Length, report.Bytes);
    }

    [TestMethod]
    public void A_chain_with_a_stage_of_another_kind_before_the_score_is_refused_and_leaves_no_file()
    {
        var ml = new MLContext();
        var copy = ml.Transforms.CopyColumns("Copy", "ImagePath").Fit(ml.Data.LoadInspectionImages(s_parts.Good));
        string path = s_parts.File("refused.onnx");

        var e = Assert.ThrowsExactly<DxmiException>(() => ml.Model.ConvertToOnnx(new TransformerChain<ITransformer>(copy, s_model.Transformer), path));

        Assert.Contains("stage of another kind", e.What);
        Assert.IsFalse(File.Exists(path));
    }

    [TestMethod]
    public void A_file_that_would_score_differently_is_not_written()
    {
        // A detector that is exported with other numbers than it runs with: here, one whose masks are left out.
        var stages = ExportedStages.Of(s_model.Transformer, "The model");
        var details = ExportedCard.Details(s_model.Transformer);
        byte[] other = OnnxExport.Build(stages with { Features = Shifted() }, details, new OnnxExportOptions());

        var e = Assert.ThrowsExactly<DxmiException>(() => ExportReplay.Check(other, stages, details, new OnnxExportOptions()));

        Assert.Contains("itself gives", e.What);
        Assert.Contains("nothing was written", e.Expected);
    }

    // The same backbone behind another normalisation.
    private static DxmiMlNet.Features.PatchFeatureTransformer Shifted()
    {
        var ml = new MLContext();
        var description = TinyBackbone.Description with { Input = TinyBackbone.Description.Input with { Mean = [0.5, 0.4, 0.31] } };
        return ml.Transforms.ExtractPatchFeatures(backbone: description.WithModel(TinyBackbone.Model())).Fit(ml.Data.LoadInspectionImages([]));
    }

    private static byte[] Pixels(int height, int width, int seed)
    {
        var pixels = new byte[3 * height * width];
        var random = new Random(seed);
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(100 + 40 * Math.Sin(i * 0.01) + random.Next(30));
        return pixels;
    }

    private static void AssertClose(float expected, float actual, string what) => Assert.AreEqual(expected, actual, 1e-4f * Math.Max(1, Math.Abs(expected)), what);
}
