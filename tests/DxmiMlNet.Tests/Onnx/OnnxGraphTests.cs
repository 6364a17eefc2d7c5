using DxmiMlNet.Onnx;

namespace DxmiMlNet.Tests.Onnx;

[TestClass]
public class OnnxGraphTests
{
    [TestMethod]
    public void The_same_calls_give_the_same_bytes() => CollectionAssert.AreEqual(HighestOfTwice(), HighestOfTwice());

    [TestMethod]
    public void A_graph_runs_as_it_was_written()
    {
        using var session = new OnnxSession(HighestOfTwice(), "The graph");
        var highest = new float[4];
        session.Run(("x", [1, 4, 2, 8, 3, 7], [2, 3]), ("highest", highest, [2, 2]));
        CollectionAssert.AreEqual(new float[] { 8, 4, 16, 14 }, highest);
    }

    [TestMethod]
    public void Inputs_and_outputs_have_their_types_and_shapes()
    {
        using var session = new OnnxSession(HighestOfTwice(), "The graph");
        CollectionAssert.AreEqual(new[] { -1, 3 }, session.Session.InputMetadata["x"].Dimensions);
        CollectionAssert.AreEqual(new[] { -1, 2 }, session.Session.OutputMetadata["highest"].Dimensions);
        Assert.AreEqual(typeof(float), session.Session.OutputMetadata["highest"].ElementType);
    }

    [TestMethod]
    public void Attributes_have_the_type_of_their_values()
    {
        AttributeProto[] attributes = [("axis", -1L), ("alpha", 0.5f), ("mode", "linear"), ("pads", [1, 2])];
        CollectionAssert.AreEqual(new[] { "Int", "Float", "String", "Ints" }, attributes.Select(a => a.Type.ToString()).ToArray());
        Assert.AreEqual((-1L, 0.5f, "linear"), (attributes[0].I, attributes[1].F, attributes[2].S.ToStringUtf8()));
        CollectionAssert.AreEqual(new[] { 1L, 2L }, attributes[3].Ints.ToArray());
    }

    // x [N, 3] -> the two highest of 2 x, [N, 2]; the factor is stored in 16 bits.
    private static byte[] HighestOfTwice()
    {
        var graph = new OnnxGraph("twice");
        graph.Input("x", OnnxType.Float, -1, 3);
        graph.Output("highest", OnnxType.Float, -1, 2);
        graph.Node("Reshape", [graph.TopK(graph.Node("Mul", ["x", graph.HalfConstant("two", [2f], 1)]), 2), graph.Constant("shape", [-1L, 2L], 2)], "highest");
        return graph.ToModel();
    }
}
