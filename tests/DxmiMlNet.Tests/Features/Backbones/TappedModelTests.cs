using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Onnx;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Tests.Features.Backbones;

[TestClass]
public class TappedModelTests
{
    [TestMethod]
    public void Only_nodes_and_weights_that_a_tap_needs_are_kept()
    {
        var whole = TinyBackbone.Model();
        var cut = Tap(whole, ("inner", 4));
        var file = new OnnxFile(cut, "The cut model");
        CollectionAssert.AreEqual(new[] { "Conv", "Relu", "AveragePool", "Transpose" }, file.Nodes.Select(n => n.OpType).ToArray());
        CollectionAssert.AreEqual(new[] { "Features" }, file.Outputs.Select(o => o.Name).ToArray());
        Assert.IsTrue(Holds(whole, "deep_weights") && Holds(whole, "aside_weights"));
        Assert.IsTrue(Holds(cut, "stem_weights") && !Holds(cut, "deep_weights") && !Holds(cut, "aside_weights"));
    }

    [TestMethod]
    public void Taps_of_two_strides_are_joined_on_the_finer_grid()
    {
        var values = Run(Tap(TinyBackbone.Model(), ("deep", 8), ("inner", 4)), out var shape);
        CollectionAssert.AreEqual(new long[] { 1, 8, 8, 9 }, shape);
        // Joined in the order of the taps, whichever is finer.
        var other = Run(Tap(TinyBackbone.Model(), ("inner", 4), ("deep", 8)), out _);
        CollectionAssert.AreEqual(other[..4], values[5..9]);
        CollectionAssert.AreEqual(other[4..9], values[..5]);
    }

    [TestMethod]
    public void The_appended_nodes_mean_the_same_in_every_opset_from_11_to_21()
    {
        var expected = Run(Tap(TinyBackbone.Model(), ("inner", 4), ("deep", 8)), out _);
        for (int opset = 11; opset <= 21; opset++)
        {
            var actual = Run(Tap(TinyBackbone.WithOpset(TinyBackbone.Model(), opset), ("inner", 4), ("deep", 8)), out _);
            for (int i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], actual[i], 1e-6f, $"opset {opset}, at {i}");
        }
    }

    [TestMethod]
    public void A_backbone_whose_own_tensor_is_called_Features_can_be_tapped()
    {
        var model = TinyBackbone.Model(graph => graph.Node("Relu", ["deep"], "Features"));
        CollectionAssert.AreEqual(new[] { "dxmi/Features" }, new OnnxFile(Tap(model, ("Features", 8)), "The cut model").Outputs.Select(o => o.Name).ToArray());
        Run(Tap(model, ("Features", 8)), out var shape);
        CollectionAssert.AreEqual(new long[] { 1, 4, 4, 5 }, shape);
    }

    [TestMethod]
    public void A_fixed_batch_and_image_size_in_the_file_is_freed()
    {
        Run(Tap(TinyBackbone.Model(null, 1, 3, 64, 64), ("inner", 4)), out var shape);
        CollectionAssert.AreEqual(new long[] { 1, 8, 8, 4 }, shape);
    }

    [TestMethod]
    public void An_unknown_tap_is_answered_with_the_closest_names()
        => AssertThrows(() => Tap(TinyBackbone.Model(), ("iner", 4)),
            "The backbone has no tensor 'iner'.", "The closest names are inner, ", "outputs are deep, aside");

    [TestMethod]
    public void An_unknown_input_is_answered_with_those_there_are()
        => AssertThrows(() => new OnnxFile(TinyBackbone.Model(), "It").WithTaps("The backbone", "picture", [new BackboneTap { Tensor = "deep", Stride = 8 }], (32, 32), (4, 4)),
            "no input 'picture'", "Its inputs are image.");

    [TestMethod]
    public void A_second_input_is_refused()
        => AssertThrows(() => Tap(TinyBackbone.Model(g =>
        {
            g.Input("mask", OnnxType.Float, -1, 5, -1, -1);
            g.Node("Mul", ["deep", "mask"], "masked");
        }), ("masked", 8)), "second input 'mask'");

    [TestMethod]
    public void A_grey_or_flat_input_is_refused()
        => AssertThrows(() => Tap(TinyBackbone.Model(null, -1, 1, -1, -1), ("deep", 8)), "[?, 1, ?, ?]", "[N, 3, H, W] was expected");

    [TestMethod]
    public void An_opset_without_half_pixel_centres_is_refused()
        => AssertThrows(() => Tap(TinyBackbone.WithOpset(TinyBackbone.Model(), 9), ("deep", 8)), "opset 9", "Opset 11 or above");

    [TestMethod]
    public void Weights_in_a_second_file_are_refused()
    {
        var model = ModelProto.Parser.ParseFrom(TinyBackbone.Model());
        var weights = model.Graph.Initializer[0];
        weights.ClearRawData();
        weights.DataLocation = TensorProto.Types.DataLocation.External;
        AssertThrows(() => Tap(model.ToByteArray(), ("inner", 4)), "second file (tensor 'stem_weights_0')", "onnx.save");
    }

    [TestMethod]
    public void What_this_library_does_not_know_of_a_model_is_kept()
    {
        // GraphProto and NodeProto: doc_string = 10 and 6; ModelProto: metadata_props = 14, whose messages have key = 1 and value = 2.
        var whole = ModelProto.Parser.ParseFrom(TinyBackbone.Model());
        whole.Graph.MergeFrom(Text(10, "what the network was trained on"));
        whole.Graph.Node[0].MergeFrom(Text(6, "the stem"));
        whole.MergeFrom(Bytes(14, [.. Text(1, "licence"), .. Text(2, "MIT")]));
        var cut = Tap(whole.ToByteArray(), ("inner", 4));

        using var session = new OnnxSession(cut, "The cut model");
        Assert.AreEqual("MIT", session.Session.ModelMetadata.CustomMetadataMap["licence"]);
        Assert.AreEqual("what the network was trained on", session.Session.ModelMetadata.GraphDescription);
        Assert.IsTrue(Holds(cut, "the stem"));
    }

    [TestMethod]
    public void The_same_taps_give_the_same_bytes()
        => CollectionAssert.AreEqual(Tap(TinyBackbone.Model(), ("inner", 4), ("deep", 8)), Tap(TinyBackbone.Model(), ("inner", 4), ("deep", 8)));

    [TestMethod]
    public void A_model_can_be_tapped_more_than_once()
    {
        var model = TinyBackbone.Model();
        var file = new OnnxFile(model, "The backbone");
        var first = file.WithTaps("The backbone", "image", [new BackboneTap { Tensor = "deep", Stride = 8 }], (32, 32), (4, 4));
        file.WithTaps("The backbone", "image", [new BackboneTap { Tensor = "inner", Stride = 4 }], (32, 32), (8, 8));
        CollectionAssert.AreEqual(first, file.WithTaps("The backbone", "image", [new BackboneTap { Tensor = "deep", Stride = 8 }], (32, 32), (4, 4)), "the file that was read stays as it was");

        // What comes out of a cut is a model again: its tensors' names and those of the second cut do not meet.
        Run(Tap(first, ("deep", 8)), out var shape);
        CollectionAssert.AreEqual(new long[] { 1, 4, 4, 5 }, shape);
        var again = new OnnxFile(Tap(Tap(model, (3, 3), ("deep", 8)), (2, 2), ("deep", 8)), "It");
        CollectionAssert.AllItemsAreUnique(again.Tensors.ToArray());
    }

    [TestMethod]
    public void A_tap_finer_than_the_grid_is_averaged_over_a_patch()
    {
        var fine = Run(Tap(TinyBackbone.Model(), ("inner", 4)), out var fineShape);        // [1, 8, 8, 4]
        var coarse = Run(Tap(TinyBackbone.Model(), (4, 4), ("inner", 4)), out var shape);  // [1, 4, 4, 4]
        int channels = (int)fineShape[3];
        CollectionAssert.AreEqual(new long[] { 1, 4, 4, channels }, shape);
        for (int y = 0; y < 4; y++)
            for (int x = 0; x < 4; x++)
                for (int c = 0; c < channels; c++)
                    Assert.AreEqual((Fine(2 * y, 2 * x, c) + Fine(2 * y, 2 * x + 1, c) + Fine(2 * y + 1, 2 * x, c) + Fine(2 * y + 1, 2 * x + 1, c)) / 4,
                        coarse[(y * 4 + x) * channels + c], 1e-5f);

        float Fine(int y, int x, int c) => fine[(y * 8 + x) * channels + c];
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(5)]
    [DataRow(6)]
    [DataRow(7)]
    public void A_grid_that_is_no_whole_part_of_a_tap_comes_out_exactly(int side)
    {
        Run(Tap(TinyBackbone.Model(), (side, side), ("inner", 4), ("deep", 8)), out var shape);
        CollectionAssert.AreEqual(new long[] { 1, side, side, 9 }, shape);
    }

    // The grid of the finest tap.
    private static byte[] Tap(byte[] model, params (string, int Stride)[] taps)
        => Tap(model, (32 / taps.Min(t => t.Stride), 32 / taps.Min(t => t.Stride)), taps);

    private static byte[] Tap(byte[] model, (int, int) grid, params (string, int)[] taps)
        => new OnnxFile(model, "The backbone").WithTaps("The backbone", "image", [.. taps.Select(t => new BackboneTap { Tensor = t.Item1, Stride = t.Item2 })], (32, 32), grid);

    // A field as protobuf writes it: number and kind, length, bytes.
    private static byte[] Bytes(int field, byte[] value) => [(byte)(field << 3 | 2), (byte)value.Length, .. value];

    private static byte[] Text(int field, string value) => Bytes(field, System.Text.Encoding.UTF8.GetBytes(value));

    private static bool Holds(byte[] model, string name) => model.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(name)) >= 0;

    private static float[] Run(byte[] model, out long[] shape)
    {
        using var session = new OnnxSession(model, "The model");
        var random = new Random(1);
        var image = Enumerable.Range(0, 3 * 32 * 32).Select(_ => random.NextSingle()).ToArray();
        using var input = OrtValue.CreateTensorValueFromMemory(image, [1, 3, 32, 32]);
        using var options = new RunOptions();
        using var outputs = session.Session.Run(options, ["image"], [input], session.Session.OutputNames);
        shape = outputs[0].GetTensorTypeAndShape().Shape;
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }

    private static void AssertThrows(Action action, params string[] parts)
    {
        var message = Assert.ThrowsExactly<DxmiException>(action).Message;
        foreach (var part in parts)
            StringAssert.Contains(message, part);
    }
}
