using Google.Protobuf;

namespace DxmiMlNet.Onnx;

/// <summary>An ONNX model that was read.</summary>
internal sealed class OnnxFile
{
    /// <param name="bytes">The bytes of the file.</param>
    /// <param name="what">What the model is, for error texts: "The backbone resnet18.onnx".</param>
    /// <exception cref="DxmiException">The bytes are no ONNX model.</exception>
    public OnnxFile(byte[] bytes, string what)
    {
        try
        {
            Model = ModelProto.Parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw NoModel(what, e.Message, e);
        }
        Opset = Model.OpsetImport.LastOrDefault(o => o.Domain is "" or "ai.onnx")?.Version ?? 0;
        if (Opset == 0 || Model.Graph is not { Node.Count: > 0 } graph)
            throw NoModel(what, "It has no operator set or no nodes.", null);
        // Up to IR version 3 the weights are listed among the inputs too.
        var weights = graph.Initializer.Select(i => i.Name).ToHashSet();
        Inputs = [.. graph.Input.Where(i => !weights.Contains(i.Name))];
    }

    /// <summary>The whole of it, as it stands in the file.</summary>
    public ModelProto Model { get; }

    /// <summary>Version of the standard operator set.</summary>
    public long Opset { get; }

    /// <summary>What a caller must supply: the declared inputs that are no weights.</summary>
    public IReadOnlyList<ValueInfoProto> Inputs { get; }

    /// <summary>The declared outputs.</summary>
    public IReadOnlyList<ValueInfoProto> Outputs => Model.Graph.Output;

    /// <summary>The nodes in the order of the file, which is an order of execution.</summary>
    public IReadOnlyList<NodeProto> Nodes => Model.Graph.Node;

    /// <summary>Every tensor that a node makes, in order.</summary>
    public IEnumerable<string> Tensors => Nodes.SelectMany(n => n.Output).Where(t => t.Length > 0);

    private static DxmiException NoModel(string what, string reason, Exception? inner)
        => new($"{what} is no ONNX model: {reason}", "A valid ONNX file was expected.", "Check the file, copy it again, or export it again.", inner);
}
