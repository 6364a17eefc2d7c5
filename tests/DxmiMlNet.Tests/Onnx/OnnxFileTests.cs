using DxmiMlNet.Onnx;
using DxmiMlNet.Tests.Features;

namespace DxmiMlNet.Tests.Onnx;

[TestClass]
public class OnnxFileTests
{
    [TestMethod]
    public void A_file_shows_its_opset_inputs_nodes_and_outputs()
    {
        var file = new OnnxFile(TinyBackbone.Model(), "The model");
        Assert.AreEqual(13, file.Opset);
        Assert.AreEqual("image", file.Inputs.Single().Name);
        Assert.AreEqual("[?, 3, ?, ?]", file.Inputs.Single().ShapeText);
        CollectionAssert.AreEqual(new[] { "Conv", "Relu", "Conv", "Mul" }, file.Nodes.Select(n => n.Op).ToArray());
        CollectionAssert.AreEqual(new[] { "stem", "inner", "deep", "aside" }, file.Tensors.ToArray());
        CollectionAssert.AreEqual(new[] { "deep", "aside" }, file.Outputs.Select(o => o.Name).ToArray());
    }

    [TestMethod]
    public void Only_nodes_and_weights_that_a_tap_needs_are_kept()
    {
        var whole = TinyBackbone.Model();
        var cut = Tap(whole, ("inner", 4));
        var file = new OnnxFile(cut, "The cut model");
        CollectionAssert.AreEqual(new[] { "Conv", "Relu", "AveragePool", "Transpose" }, file.Nodes.Select(n => n.Op).ToArray());
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
    public void Weights_that_are_listed_as_inputs_are_no_inputs()
        => Assert.AreEqual("image", new OnnxFile(TinyBackbone.Model(g => g.Input("stem_weights_0", OnnxType.Float, 4, 3, 4, 4)), "It").Inputs.Single().Name);

    [TestMethod]
    public void A_fixed_batch_and_image_size_in_the_file_is_freed()
    {
        Run(Tap(TinyBackbone.Model(null, 1, 3, 64, 64), ("inner", 4)), out var shape);
        CollectionAssert.AreEqual(new long[] { 1, 8, 8, 4 }, shape);
    }

    [TestMethod]
    public void What_a_graph_inside_a_node_reads_counts_as_its_input()
    {
        var inner = new ProtoWriter();
        inner.Message(1, OnnxGraph.NodeProto("Relu", ["outer"], "made_inside"));
        var attribute = new ProtoWriter();
        attribute.String(1, "then_branch");
        attribute.Message(6, inner);
        var node = OnnxGraph.NodeProto("If", ["condition"], "result");
        node.Message(5, attribute);
        CollectionAssert.AreEquivalent(new[] { "condition", "outer" }, OnnxNode.Parse(node.ToArray()).References);
    }

    [TestMethod]
    public void An_unknown_tap_is_answered_with_the_closest_names()
        => AssertThrows(() => Tap(TinyBackbone.Model(), ("iner", 4)),
            "The backbone has no tensor 'iner'.", "The closest names are inner, ", "outputs are deep, aside");

    [TestMethod]
    public void An_unknown_input_is_answered_with_those_there_are()
        => AssertThrows(() => new OnnxFile(TinyBackbone.Model(), "It").WithTaps("The backbone", "picture", [("deep", 8)], (32, 32), (4, 4)),
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
        var tensor = OnnxGraph.TensorProto("far", OnnxType.Float, [], 1);
        tensor.Varint(14, 1);
        var graph = new ProtoWriter();
        graph.Bytes(1, OnnxGraph.NodeProto("Mul", ["image", "far"], "scaled").ToArray());
        graph.Message(5, tensor);
        graph.Message(11, OnnxGraph.ValueInfo("image", OnnxType.Float, -1, 3, -1, -1));
        var model = new ProtoWriter();
        model.Message(7, graph);
        AssertThrows(() => Tap(TinyBackbone.WithOpset(model.ToArray(), 13), ("scaled", 1)), "second file (tensor 'far')", "onnx.save");
    }

    [TestMethod]
    public void Bytes_that_are_no_model_are_refused()
    {
        AssertThrows(() => new OnnxFile("<html>404</html>"u8.ToArray(), "The file x.onnx"), "The file x.onnx is no ONNX model");
        AssertThrows(() => new OnnxFile(TinyBackbone.Model()[..^100], "The file x.onnx"), "no ONNX model", "cut off");
        AssertThrows(() => new OnnxFile([], "The file x.onnx"), "no operator set or no nodes");
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
        => new OnnxFile(model, "The backbone").WithTaps("The backbone", "image", taps, (32, 32), grid);

    private static bool Holds(byte[] model, string name) => model.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(name)) >= 0;

    private static float[] Run(byte[] model, out long[] shape)
    {
        using var session = new OnnxSession(model, "The model");
        var random = new Random(1);
        var image = Enumerable.Range(0, 3 * 32 * 32).Select(_ => random.NextSingle()).ToArray();
        using var input = Microsoft.ML.OnnxRuntime.OrtValue.CreateTensorValueFromMemory(image, [1, 3, 32, 32]);
        using var options = new Microsoft.ML.OnnxRuntime.RunOptions();
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
