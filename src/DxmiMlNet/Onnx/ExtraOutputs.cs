namespace DxmiMlNet.Onnx;

/// <summary>Declares inner tensors of a model as outputs.</summary>
internal static class ExtraOutputs
{
    /// <summary>
    /// The model with more outputs. Protobuf readers merge a message that stands twice: a second graph (ModelProto 7) of outputs (GraphProto 12) adds
    /// them to the first. ONNX Runtime finds their types itself.
    /// </summary>
    /// <param name="model">The bytes of an ONNX file.</param>
    /// <param name="tensors">Tensors of it that are no outputs yet.</param>
    public static byte[] Add(byte[] model, IEnumerable<string> tensors)
    {
        var graph = new ProtoWriter();
        foreach (var tensor in tensors)
        {
            var output = new ProtoWriter();
            output.String(1, tensor);
            graph.Message(12, output);
        }
        var more = new ProtoWriter();
        more.Message(7, graph);
        return [.. model, .. more.ToArray()];
    }
}
