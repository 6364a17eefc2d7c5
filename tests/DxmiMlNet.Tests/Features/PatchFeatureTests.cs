using DxmiMlNet.Columns;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Onnx;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Tests.Features;

[TestClass]
public class PatchFeatureTests
{
    private readonly MLContext _mlContext = new(seed: 1);
    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(50, 41, 32, 32)]     // smaller
    [DataRow(20, 24, 32, 40)]     // larger, not square
    [DataRow(64, 32, 32, 64)]     // as it is
    public void Features_are_what_the_definition_says(int width, int height, int imageHeight, int imageWidth)
    {
        using var transformer = Fit(new() { ImageHeight = imageHeight, ImageWidth = imageWidth });
        using var image = TinyBackbone.Noise(7, width, height);
        Assert.AreEqual((imageHeight / 4, imageWidth / 4, 9), transformer.Grid);
        CollectionAssert.AreEqual(new[] { 4, 8 }, transformer.Strides.ToArray());
        AssertNear(NaiveFeatures.Of(image, imageHeight, imageWidth), transformer.Extract([image]), 1e-4f);
    }

    [TestMethod]
    public void A_view_gives_the_same_features_whatever_the_batch_size()
    {
        var data = Images(11);
        var oneByOne = Column(Fit(new() { BatchSize = 1 }).Transform(data));
        Assert.HasCount(11, oneByOne);
        foreach (int batchSize in new[] { 2, 4, 11, 64 })
        {
            var batched = Column(Fit(new() { BatchSize = batchSize }).Transform(data));
            for (int i = 0; i < 11; i++)
                AssertNear(oneByOne[i], batched[i], 1e-5f);
        }
    }

    [TestMethod]
    public void The_direct_batch_call_agrees_with_the_view()
    {
        var transformer = Fit(new() { BatchSize = 3 });
        var images = Enumerable.Range(0, 7).Select(Noise).ToArray();
        AssertNear([.. Column(transformer.Transform(Images(7))).SelectMany(f => f)], transformer.Extract(images), 1e-5f);
        Assert.IsEmpty(transformer.Extract([]));
    }

    [TestMethod]
    public void A_prediction_engine_agrees_with_the_view()
    {
        var transformer = Fit(new());
        var expected = Column(transformer.Transform(Images(5)));
        using var engine = _mlContext.Model.CreatePredictionEngine<ImageRow, FeatureRow>(transformer);
        for (int i = 0; i < 5; i++)
            AssertNear(expected[i], engine.Predict(new ImageRow { Image = Noise(i) }).Features, 1e-5f);
    }

    [TestMethod]
    public void A_saved_model_needs_no_other_file_and_gives_equal_features()
    {
        var data = Images(5);
        var transformer = Fit(new());
        var expected = Column(transformer.Transform(data));
        using var file = new MemoryStream();
        _mlContext.Model.Save(transformer, data.Schema, file);
        Directory.Delete(_folder.Path, recursive: true);
        Directory.CreateDirectory(_folder.Path);
        file.Position = 0;

        var loaded = new MLContext().Model.Load(file, out _);
        var copy = (PatchFeatureTransformer)loaded;
        Assert.AreEqual(transformer.Grid, copy.Grid);
        Assert.AreEqual((32, 32), (copy.ImageHeight, copy.ImageWidth));
        Assert.AreEqual("MIT", copy.Description.Licence);
        var actual = Column(loaded.Transform(data));
        for (int i = 0; i < 5; i++)
            CollectionAssert.AreEqual(expected[i], actual[i]);
    }

    [TestMethod]
    public void The_schema_is_as_promised()
    {
        var data = Images(1);
        var estimator = _mlContext.Transforms.ExtractPatchFeatures("Patches", backbone: BackboneDescription.Load(TinyBackbone.Write(_folder.Path)));
        var promised = estimator.GetOutputSchema(SchemaShapeOf(data)).Single(c => c.Name == "Patches");
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, promised.Kind);
        Assert.AreEqual(NumberDataViewType.Single, promised.ItemType);

        var type = (VectorDataViewType)estimator.Fit(data).GetOutputSchema(data.Schema)["Patches"].Type;
        CollectionAssert.AreEqual(new[] { 8, 8, 9 }, type.Dimensions.ToArray());
    }

    [TestMethod]
    public void A_pipeline_may_resize_before_and_copy_after()
    {
        var pipeline = _mlContext.Transforms.ResizeImages("Small", 40, 40, "Image")
            .Append(_mlContext.Transforms.ExtractPatchFeatures(backbone: BackboneDescription.Load(TinyBackbone.Write(_folder.Path)), imageColumnName: "Small", batchSize: 2))
            .Append(_mlContext.Transforms.CopyColumns("Copy", "Features"));
        var view = pipeline.Fit(Images(5)).Transform(Images(5));
        Assert.AreEqual(5, view.GetColumn<VBuffer<float>>("Copy").Count(f => f.Length == 8 * 8 * 9));
    }

    [TestMethod]
    public void No_image_is_read_while_the_features_are_not_asked_for()
    {
        int decoded = 0;
        var data = _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, 6).Select(i => new Numbered { Number = i }).ToArray());
        var load = _mlContext.Transforms.CustomMapping<Numbered, ImageRow>((from, to) =>
        {
            Interlocked.Increment(ref decoded);
            to.Image = Noise((int)from.Number);
        }, null).Fit(data);
        var images = load.Transform(data);
        var view = Fit(new() { BatchSize = 4 }, images).Transform(images);
        Assert.AreEqual(6, view.GetColumn<float>("Number").Count());
        Assert.AreEqual(0, decoded);
        Assert.HasCount(6, Column(view));
        Assert.AreEqual(6, decoded);
    }

    [TestMethod]
    public void Cursors_may_run_side_by_side()
    {
        var view = Fit(new() { BatchSize = 3 }).Transform(Images(8));
        var expected = Column(view);
        Parallel.For(0, 4, _ =>
        {
            var actual = Column(view);
            for (int i = 0; i < 8; i++)
                AssertNear(expected[i], actual[i], 1e-5f);
        });
    }

    [TestMethod]
    public void An_image_smaller_than_a_patch_is_reported_with_its_size_and_the_rest_goes_on()
    {
        ImageRow[] rows = [new() { Image = Noise(0) }, new() { Image = TinyBackbone.Noise(1, 9, 3) }, new() { Image = Noise(2) }, new()];
        var view = Fit(new()).Transform(_mlContext.Data.LoadFromEnumerable(rows));
        using var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        var outcomes = new List<string>();
        VBuffer<float> features = default;
        while (cursor.MoveNext())
        {
            try
            {
                getter(ref features);
                outcomes.Add("ok");
            }
            catch (DxmiException e)
            {
                outcomes.Add(e.Message);
            }
        }
        Assert.AreEqual("ok", outcomes[0]);
        StringAssert.Contains(outcomes[1], "An image is 9 x 3 pixels (width x height). Both sides should have 4 pixels or more: one patch of backbone 'tiny'.");
        Assert.AreEqual("ok", outcomes[2]);
        StringAssert.Contains(outcomes[3], "A row has no image.");
    }

    [TestMethod]
    public void Features_that_are_no_numbers_are_reported()
    {
        var model = TinyBackbone.Model(graph => graph.Node("Log", ["stem"], "log"));   // of negative values, too
        var transformer = Fit(new(), null, TinyBackbone.Description with { Taps = [new() { Tensor = "log", Stride = 4 }] }, model);
        AssertThrows<DxmiException>(() => transformer.Extract([Noise(1)]), "backbone 'tiny' gave features that are no finite numbers", "scale, mean, std");
    }

    [TestMethod]
    public void An_image_size_that_does_not_fit_the_strides_is_refused()
    {
        var path = TinyBackbone.Write(_folder.Path);
        AssertThrows<ArgumentOutOfRangeException>(() => _mlContext.Transforms.ExtractPatchFeatures(backbone: BackboneDescription.Load(path), imageSize: 100),
            "The image size 100 does not suit backbone 'tiny'. 32 or more and a multiple of the coarsest stride 8 was expected. Take 104.");
        AssertThrows<ArgumentOutOfRangeException>(() => _mlContext.Transforms.ExtractPatchFeatures(backbone: BackboneDescription.Load(path), imageSize: 24), "Take 32.");
        AssertThrows<ArgumentOutOfRangeException>(() => _mlContext.Transforms.ExtractPatchFeatures(backbone: BackboneDescription.Load(path), batchSize: 0), "The batch size is 0.");
    }

    [TestMethod]
    public void A_missing_or_mistyped_image_column_is_refused_before_data_is_read()
    {
        var data = _mlContext.Data.LoadFromEnumerable([new Numbered()]);
        var estimator = _mlContext.Transforms.ExtractPatchFeatures(TinyBackbone.Write(_folder.Path));
        AssertThrows<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(SchemaShapeOf(data)),
            "Column 'Image' is missing. Expected an image (MLImage).", "Number");
        AssertThrows<ArgumentOutOfRangeException>(() => estimator.Fit(data), "Column 'Image' is missing.");
        var mistyped = _mlContext.Transforms.ExtractPatchFeatures(TinyBackbone.Write(_folder.Path), imageColumnName: "Number");
        AssertThrows<ArgumentOutOfRangeException>(() => mistyped.GetOutputSchema(SchemaShapeOf(data)),
            "Column 'Number' is Scalar of Single. Expected an image (MLImage).");
    }

    [TestMethod]
    public void A_wrong_stride_is_found_when_the_pipeline_is_fitted()
    {
        AssertThrows<DxmiException>(() => Fit(new(), null, TinyBackbone.Description with { Taps = [new() { Tensor = "deep", Stride = 4 }] }),
            "gives a grid of [2, 4, 4, 5] for 2 images of 32 x 32 pixels", "[2, 8, 8, C] was expected", "Correct the strides");
        var uneven = TinyBackbone.Description with { Taps = [new() { Tensor = "inner", Stride = 4 }, new() { Tensor = "deep", Stride = 16 }] };
        AssertThrows<DxmiException>(() => Fit(new(), null, uneven),
            "does not run on 2 images of 32 x 32 pixels", "'deep' 2 x 2");
    }

    [TestMethod]
    public void An_unknown_tap_is_found_when_the_pipeline_is_fitted()
        => AssertThrows<DxmiException>(() => Fit(new(), null, TinyBackbone.Description with { Taps = [new() { Tensor = "deeep", Stride = 8 }] }),
            "The backbone 'tiny' has no tensor 'deeep'.", "The closest names are deep");

    [TestMethod]
    public void A_file_that_is_no_model_is_found_when_the_pipeline_is_fitted()
        => AssertThrows<DxmiException>(() => Fit(new(), null, null, "<html>404</html>"u8.ToArray()),
            "The backbone 'tiny' is no ONNX model");

    [TestMethod]
    public void Without_a_backbone_the_one_inside_the_package_is_used_or_its_lack_reported()
    {
        if (typeof(BackboneDescription).Assembly.GetManifestResourceNames().Contains("DxmiMlNet.Features.Backbones.default.onnx"))
            Assert.AreNotEqual("", _mlContext.Transforms.ExtractPatchFeatures().Fit(Images(1)).Description.Licence);
        else
            AssertThrows<DxmiException>(() => _mlContext.Transforms.ExtractPatchFeatures(),
                "This build of DxmiMlNet has no backbone inside.", "default.onnx", "Name a backbone");
    }

    private PatchFeatureTransformer Fit(
        PatchFeatureEstimator.Options options, IDataView? data = null, BackboneDescription? description = null, byte[]? model = null)
    {
        options.Backbone = BackboneDescription.Load(TinyBackbone.Write(_folder.Path, description, model));
        return _mlContext.Transforms.ExtractPatchFeatures(options).Fit(data ?? Images(1));
    }

    private IDataView Images(int count)
        => _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new NumberedImageRow { Image = Noise(i), Number = i }).ToArray());

    private static MLImage Noise(int i) => TinyBackbone.Noise(i, 30 + i, 45 - i);

    private static float[][] Column(IDataView view) => [.. view.GetColumn<float[]>("Features")];

    private static SchemaShape SchemaShapeOf(IDataView data) => DxmiMlNet.Pipeline.SchemaShapes.Of(data.Schema);

    private static void AssertNear(float[] expected, float[] actual, float tolerance)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance, $"at {i}");
    }

    private static void AssertThrows<TException>(Action action, params string[] parts)
        where TException : Exception
    {
        var message = Assert.ThrowsExactly<TException>(action).Message;
        foreach (var part in parts)
            StringAssert.Contains(message, part);
    }

    private sealed class ImageRow
    {
        [ImageType(40, 40)] public MLImage? Image;
    }

    private sealed class NumberedImageRow   // ML.NET saves no schema of images alone
    {
        [ImageType(40, 40)] public MLImage? Image;
        public float Number;
    }

    private sealed class FeatureRow
    {
        [VectorType(8, 8, 9)] public float[] Features = [];
    }

    private sealed class Numbered
    {
        public float Number;
    }
}
