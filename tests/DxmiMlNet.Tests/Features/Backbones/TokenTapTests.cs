using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Onnx;
using Microsoft.ML;

namespace DxmiMlNet.Tests.Features.Backbones;

/// <summary>
/// A vision transformer of random weights: patches of 8 x 8 pixels -> "patches" [N, 6, h, w] -> "embedded" [N, 2 + h w, 6], two tokens before those of the
/// patches -> one attention block -> "tokens".
/// </summary>
[TestClass]
public class TokenTapTests
{
    private const int Width = 6, Prefix = 2;

    private static byte[] Transformer()
    {
        var random = new Random(5);
        float[] Weights(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.5f)];
        var graph = new OnnxGraph("vit");
        graph.Input("image", OnnxType.Float, -1, 3, -1, -1);
        graph.Node("Conv", ["image", graph.Constant("embedding", Weights(Width * 3 * 64), Width, 3, 8, 8)], "patches", ("strides", [8, 8]), ("kernel_shape", [8, 8]));
        var tokens = graph.Node("Transpose", [graph.Reshape("patches", 0, Width, -1)], ("perm", [0, 2, 1]));   // [N, h w, C]
        // Prefix tokens for every image of the batch: a token of the image times 0, and the learned ones.
        var zero = graph.Node("Mul", [graph.Node("ReduceMean", [tokens], ("axes", [1]), ("keepdims", 1L)), graph.Constant("zero", [0f], 1)]);
        var prefix = graph.Node("Add", [zero, graph.Constant("prefix", Weights(Prefix * Width), 1, Prefix, Width)]);
        graph.Node("Concat", [prefix, tokens], "embedded", ("axis", 1L));
        string Projected() => graph.Node("MatMul", ["embedded", graph.Constant("w", Weights(Width * Width), Width, Width)]);
        var similar = graph.Node("MatMul", [Projected(), graph.Node("Transpose", [Projected()], ("perm", [0, 2, 1]))]);
        graph.Node("Add", ["embedded", graph.Node("MatMul", [graph.Node("Softmax", [similar], ("axis", -1L)), Projected()])], "tokens");
        graph.Output("tokens", OnnxType.Float, -1, -1, Width);
        return graph.ToModel();
    }

    private static BackboneDescription Description(params BackboneTap[] taps) => (TinyBackbone.Description with { Taps = taps }).WithModel(Transformer());

    private static BackboneTap Tokens(string tensor, int prefix = Prefix) => new() { Tensor = tensor, Stride = 8, Tokens = true, PrefixTokens = prefix };

    private static PatchFeatureTransformer Fit(BackboneDescription description, int height = 32, int width = 48)
    {
        var ml = new MLContext(1);
        return ml.Transforms.ExtractPatchFeatures(new PatchFeatureEstimator.Options { Backbone = description, ImageHeight = height, ImageWidth = width })
            .Fit(ml.Data.LoadInspectionImages([]));
    }

    [TestMethod]
    public void Tokens_come_to_the_grid_as_the_map_that_they_were_made_of()
    {
        using var image = TinyBackbone.Noise(1, 60, 50);
        using var tokens = Fit(Description(Tokens("embedded")));
        using var map = Fit(Description(new BackboneTap { Tensor = "patches", Stride = 8 }));
        Assert.AreEqual((4, 6, Width), tokens.Grid);
        float[] expected = map.Extract([image]), actual = tokens.Extract([image]);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5);
    }

    [TestMethod]
    public void Maps_and_tokens_may_be_tapped_together()
    {
        using var both = Fit(Description(new BackboneTap { Tensor = "patches", Stride = 8 }, Tokens("tokens")));
        Assert.AreEqual((4, 6, 2 * Width), both.Grid);
    }

    [TestMethod]
    public void A_wrong_number_of_prefix_tokens_is_an_error_that_names_it()
    {
        var error = Assert.ThrowsExactly<DxmiException>(() => Fit(Description(Tokens("tokens", prefix: 1))));
        StringAssert.Contains(error.Message, "'tokens' 4 x 6, as tokens behind 1 others");
    }

    [TestMethod]
    public void Prefix_tokens_of_a_map_are_refused()
    {
        var error = Assert.ThrowsExactly<DxmiException>(() => Fit(Description(new BackboneTap { Tensor = "patches", Stride = 8, PrefixTokens = 1 })));
        StringAssert.Contains(error.Message, "is no token tensor");
    }

    [TestMethod]
    public void A_model_of_a_vision_transformer_trains_saves_loads_and_scores()
    {
        using var parts = new SmallParts();
        string folder = Path.GetDirectoryName(parts.BackbonePath)!;
        File.WriteAllBytes(Path.Combine(folder, "vit.onnx"), Transformer());
        File.WriteAllBytes(Path.Combine(folder, "vit.json"), (TinyBackbone.Description with { Name = "vit", Model = "vit.onnx", Taps = [Tokens("tokens")] }).ToJson());
        var options = SmallTraining.Options(parts) with { Backbone = BackboneDescription.Load(Path.Combine(folder, "vit.json")) };

        using var model = InspectionTraining.Train(parts.Good, options).Model;
        string path = Path.Combine(folder, "vit.zip");
        model.Save(path);
        using var loaded = InspectionModel.Load(path);

        var tap = loaded.Features.Description.Taps.Single();
        Assert.AreEqual((true, Prefix), (tap.Tokens, tap.PrefixTokens));
        foreach (var part in parts.Good.Take(3))
        {
            float score = model.Inspect(part.ImagePath).Score;
            Assert.IsTrue(float.IsFinite(score));
            Assert.AreEqual(score, loaded.Inspect(part.ImagePath).Score);
        }
    }
}
