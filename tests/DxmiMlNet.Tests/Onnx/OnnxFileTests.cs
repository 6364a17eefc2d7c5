using DxmiMlNet.Onnx;
using Google.Protobuf;

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
        CollectionAssert.AreEqual(new[] { "Conv", "Relu", "Conv", "Mul" }, file.Nodes.Select(n => n.OpType).ToArray());
        CollectionAssert.AreEqual(new[] { "stem", "inner", "deep", "aside" }, file.Tensors.ToArray());
        CollectionAssert.AreEqual(new[] { "deep", "aside" }, file.Outputs.Select(o => o.Name).ToArray());
    }

    [TestMethod]
    public void Weights_that_are_listed_as_inputs_are_no_inputs()
        => Assert.AreEqual("image", new OnnxFile(TinyBackbone.Model(g => g.Input("stem_weights_0", OnnxType.Float, 4, 3, 4, 4)), "It").Inputs.Single().Name);

    [TestMethod]
    public void What_a_graph_inside_a_node_reads_counts_as_its_input()
    {
        var branch = new GraphProto { Node = { new NodeProto { OpType = "Relu", Input = { "outer" }, Output = { "made_inside" } } } };
        var node = new NodeProto { OpType = "If", Input = { "condition" }, Attribute = { new AttributeProto { Name = "then_branch", G = branch } } };
        CollectionAssert.AreEquivalent(new[] { "condition", "outer" }, node.References.ToArray());
    }

    [TestMethod]
    public void A_model_that_is_read_and_written_has_the_same_bytes()
    {
        var model = TinyBackbone.Model();
        CollectionAssert.AreEqual(model, new OnnxFile(model, "The model").Model.ToByteArray());
    }

    [TestMethod]
    public void Fields_of_the_format_that_the_schema_leaves_out_are_written_back()
    {
        // TensorProto: float_data = 4, packed; the bytes after the key are its length and its two values.
        byte[] values = [4 << 3 | 2, 8, .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(-2f)];
        var tensor = new TensorProto { Name = "weights", Dims = { 2 }, DataType = (int)OnnxType.Float };
        var read = TensorProto.Parser.ParseFrom([.. tensor.ToByteArray(), .. values]);
        CollectionAssert.AreEqual(new byte[][] { tensor.ToByteArray(), values }.SelectMany(b => b).ToArray(), read.ToByteArray());
        Assert.AreEqual("weights", read.Name);
    }

    [TestMethod]
    [DataRow("<html>404</html>", "")]
    [DataRow("", "It has no operator set or no nodes.")]
    public void Bytes_that_are_no_model_are_refused(string text, string reason)
    {
        var refused = Assert.ThrowsExactly<DxmiException>(() => new OnnxFile(System.Text.Encoding.UTF8.GetBytes(text), "The file x.onnx"));
        AssertThreeParts(refused);
        StringAssert.Contains(refused.Message, reason);
    }

    [TestMethod]
    public void A_model_that_is_cut_off_is_refused()
    {
        // Cut anywhere, a model is refused or, where whole fields are missing at its end, a model without an operator set.
        var model = TinyBackbone.Model();
        for (int length = 0; length < model.Length; length += 7)
            AssertThreeParts(Assert.ThrowsExactly<DxmiException>(() => new OnnxFile(model[..length], "The file x.onnx"), $"{length} bytes"));
    }

    [TestMethod]
    public void A_damaged_model_is_refused_or_read_but_nothing_else()
    {
        var model = TinyBackbone.Model();
        var random = new Random(1);
        int refused = 0;
        for (int trial = 0; trial < 2000; trial++)
        {
            var damaged = (byte[])model.Clone();
            for (int i = 0; i < 8; i++)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            try
            {
                _ = new OnnxFile(damaged, "The file x.onnx").Nodes.SelectMany(n => n.References).Count();
            }
            catch (DxmiException e)
            {
                AssertThreeParts(e);
                refused++;
            }
        }
        Assert.IsGreaterThan(100, refused);
    }

    private static void AssertThreeParts(DxmiException refused)
    {
        StringAssert.StartsWith(refused.Message, "The file x.onnx is no ONNX model: ");
        StringAssert.Contains(refused.Message, "A valid ONNX file was expected.");
        StringAssert.EndsWith(refused.Message, "Check the file, copy it again, or export it again.");
    }
}
