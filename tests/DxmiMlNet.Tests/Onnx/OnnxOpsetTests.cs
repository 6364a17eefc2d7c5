using DxmiMlNet.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Tests.Onnx;

/// <summary>Graphs of older operator sets compute the same after they were brought to the set of joined graphs.</summary>
[TestClass]
public class OnnxOpsetTests
{
    private static readonly float[] s_input = [.. Enumerable.Range(0, 24).Select(i => (float)Math.Sin(i))];   // [2, 3, 4]

    [TestMethod]
    [DataRow("Squeeze", 11)]
    [DataRow("Squeeze", 12)]
    [DataRow("ReduceSum", 11)]
    [DataRow("ReduceMean", 13)]
    [DataRow("ReduceL2", 17)]
    [DataRow("ReduceMax", 11)]
    [DataRow("Softmax", 11)]
    [DataRow("LogSoftmax", 12)]
    [DataRow("Softmax", 13)]
    [DataRow("Split", 11)]
    [DataRow("Split", 13)]
    [DataRow("Dropout", 11)]
    public void An_operator_gives_the_same_in_its_new_form(string op, int opset)
    {
        byte[] old = TinyBackbone.WithOpset(Write(op, opset), opset);
        var model = new OnnxFile(old, "The model").Model;
        OnnxOpset.Unify(model);
        byte[] unified = Google.Protobuf.MessageExtensions.ToByteArray(model);

        Assert.AreEqual(OnnxOpset.Joined, new OnnxFile(unified, "The model").Opset);
        CollectionAssert.AreEqual(Run(old), Run(unified));
    }

    [TestMethod]
    public void A_graph_inside_a_loop_is_rewritten_and_renamed_with_the_outer_one()
    {
        var body = OnnxGraph.Inner("body/");
        body.Input("i", OnnxType.Int64);
        body.Input("go", OnnxType.Bool);
        body.Node("Identity", ["go"], "go_on");
        body.Node("ReduceSum", ["x"], "row", ("axes", [2L]), ("keepdims", 0L));   // x is the outer graph's
        body.Output("go_on", OnnxType.Bool);
        body.Output("row", OnnxType.Float, -1, -1);
        var graph = new OnnxGraph("loop");
        graph.Input("x", OnnxType.Float, 2, 3, 4);
        graph.Node("Loop", [graph.Constant("times", [2L]), ""], "y", ("body", body.Graph));
        graph.Output("y", OnnxType.Float, -1, -1, -1);
        byte[] old = TinyBackbone.WithOpset(graph.ToModel(), 11);

        var joined = OnnxGraph.Joined("outer");
        joined.Input("x", OnnxType.Float, 2, 3, 4);
        joined.Node("Identity", joined.Append(new OnnxFile(old, "The model").Model, "part/", ("x", "x")), "y");
        joined.Output("y", OnnxType.Float, -1, -1, -1);

        CollectionAssert.AreEqual(Run(old), Run(joined.ToModel()));
    }

    private static byte[] Write(string op, int opset)
    {
        var graph = new OnnxGraph("old");
        graph.Input("x", OnnxType.Float, 2, 3, 4);
        switch (op)
        {
            case "Squeeze":
                graph.Node("Squeeze", [graph.Node("Unsqueeze", ["x"], ("axes", [0L, 2]))], "y", ("axes", [2L]));
                break;
            case "Split":
                graph.Node("Split", ["x"], ["a", "b"], opset < 13 ? [("axis", 2L), ("split", [2L, 2])] : [("axis", 2L)]);
                graph.Node("Sub", ["a", "b"], "y");
                break;
            case "Dropout":
                graph.Node("Dropout", ["x"], "y", ("ratio", 0.5f));
                break;
            case "Softmax" or "LogSoftmax":
                graph.Node(op, ["x"], "y", ("axis", 1L));
                break;
            default:
                graph.Node(op, ["x"], "y", ("axes", [1L, 2]), ("keepdims", 1L));
                break;
        }
        graph.Output("y", OnnxType.Float, op == "Squeeze" ? [-1, -1, -1, -1] : [-1, -1, -1]);
        return graph.ToModel();
    }

    private static float[] Run(byte[] model)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(model, options);
        using var x = OrtValue.CreateTensorValueFromMemory(s_input, [2, 3, 4]);
        using var run = new RunOptions();
        using var outputs = session.Run(run, ["x"], [x], ["y"]);
        return outputs[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
