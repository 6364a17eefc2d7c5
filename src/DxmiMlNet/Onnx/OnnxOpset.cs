using System.Runtime.InteropServices;

namespace DxmiMlNet.Onnx;

/// <summary>Brings models of operator sets 11 and above to one set, so that graphs of different origin can be joined.</summary>
internal static class OnnxOpset
{
    /// <summary>The set of joined and exported graphs: the first whose Resize smooths before it shrinks, and one that every runtime in use reads.</summary>
    public const int Joined = 18;

    private const int IrVersion = 8;   // the format's version of that set

    // Whose attribute "axes" became an input, and in which set.
    private static readonly Dictionary<string, int> s_axesAsInput = new()
    {
        ["Squeeze"] = 13, ["Unsqueeze"] = 13, ["ReduceSum"] = 13,
        ["ReduceL1"] = 18, ["ReduceL2"] = 18, ["ReduceLogSum"] = 18, ["ReduceLogSumExp"] = 18, ["ReduceMax"] = 18, ["ReduceMean"] = 18, ["ReduceMin"] = 18,
        ["ReduceProd"] = 18, ["ReduceSumSquare"] = 18,
    };

    /// <summary>
    /// Declares a model as of set <see cref="Joined"/> and rewrites what has another form there (the ONNX change log of operators). What a newer set has beyond
    /// it stays as it is, and is found when the model is opened.
    /// </summary>
    /// <param name="model">The model, which is changed; of set 11 or above.</param>
    public static void Unify(ModelProto model)
    {
        var standard = model.OpsetImport.Where(o => o.Domain is "" or "ai.onnx").ToArray();
        Unify(model.Graph, (int)standard.Max(o => o.Version));
        foreach (var import in standard)
            model.OpsetImport.Remove(import);
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = Joined });
        model.IrVersion = IrVersion;
    }

    private static void Unify(GraphProto graph, int from)
    {
        var nodes = graph.Node.ToArray();
        graph.Node.Clear();
        foreach (var node in nodes)
        {
            foreach (var inner in node.Graphs)
                Unify(inner, from);
            bool isStandard = node.Domain is "" or "ai.onnx", isFlattened = from < 13 && node.OpType is "Softmax" or "LogSoftmax" or "Hardmax";
            graph.Node.Add(!isStandard ? [node] : isFlattened ? Flattened(node) : [Rewritten(graph, node, from)]);
        }
    }

    private static NodeProto Rewritten(GraphProto graph, NodeProto node, int from)
    {
        if (s_axesAsInput.TryGetValue(node.OpType, out int since) && from < since)
            AttributeToInput(graph, node, "axes");
        else if (node.OpType == "Split" && from < Joined)
        {
            if (from < 13)
                AttributeToInput(graph, node, "split");
            if (node.Input.Count < 2 || node.Input[1].Length == 0)
                node.Attribute.Add(("num_outputs", (long)node.Output.Count));
        }
        else if (node.OpType == "Dropout" && from < 12)
            Remove(node, "ratio");   // of no meaning outside training
        return node;
    }

    private static void AttributeToInput(GraphProto graph, NodeProto node, string name)
    {
        if (Remove(node, name) is not { } attribute)
            return;
        var constant = $"{node.Output[0]}/{name}";
        graph.Initializer.Add(OnnxGraph.Tensor(constant, OnnxType.Int64, MemoryMarshal.AsBytes(attribute.Ints.ToArray().AsSpan()), [attribute.Ints.Count]));
        node.Input.Add(constant);
    }

    // Before set 13 all axes from the named one on were one: Flatten, the operator, and back to the shape of before.
    private static NodeProto[] Flattened(NodeProto node)
    {
        string input = node.Input[0], output = node.Output[0];
        long axis = Remove(node, "axis")?.I ?? 1;
        string flat = $"{output}/flat", shape = $"{output}/shape", normalised = $"{output}/normalised";
        node.Input[0] = flat;
        node.Output[0] = normalised;
        node.Attribute.Add(("axis", 1L));
        return
        [
            new NodeProto { Name = flat, OpType = "Flatten", Input = { input }, Output = { flat }, Attribute = { ("axis", axis) } },
            node,
            new NodeProto { Name = shape, OpType = "Shape", Input = { input }, Output = { shape } },
            new NodeProto { Name = output, OpType = "Reshape", Input = { normalised, shape }, Output = { output } },
        ];
    }

    private static AttributeProto? Remove(NodeProto node, string name)
    {
        var found = node.Attribute.FirstOrDefault(a => a.Name == name);
        if (found is not null)
            node.Attribute.Remove(found);
        return found;
    }
}
