namespace DxmiMlNet.Onnx;

/// <summary>One node of a model that was read.</summary>
/// <param name="Op">The operator: "Conv".</param>
/// <param name="Inputs">Names of the tensors it reads, in order; empty where an optional one is left out.</param>
/// <param name="Outputs">Names of the tensors it makes.</param>
/// <param name="References">Every tensor it depends on: its inputs, and what the graphs inside an If, Loop or Scan read from outside.</param>
/// <param name="Bytes">The NodeProto as it stands in the file.</param>
internal sealed record OnnxNode(string Op, string[] Inputs, string[] Outputs, string[] References, ReadOnlyMemory<byte> Bytes)
{
    /// <exception cref="InvalidDataException">The bytes are no NodeProto.</exception>
    public static OnnxNode Parse(ReadOnlyMemory<byte> bytes)
    {
        string op = "";
        List<string> inputs = [], outputs = [], references = [];
        foreach (var field in ProtoReader.Fields(bytes))
        {
            switch (field.Number)
            {
                case 1: inputs.Add(field.Text); break;
                case 2: outputs.Add(field.Text); break;
                case 4: op = field.Text; break;
                case 5: AddInnerReferences(field.Bytes, references); break;
            }
        }
        references.AddRange(inputs);
        references.RemoveAll(string.IsNullOrEmpty);
        return new OnnxNode(op, [.. inputs], [.. outputs], [.. references], bytes);
    }

    // AttributeProto: g = 6, graphs = 11; GraphProto: node = 1. Names that the inner graph makes itself are harmless among the references.
    private static void AddInnerReferences(ReadOnlyMemory<byte> attribute, List<string> references)
    {
        foreach (var graph in ProtoReader.Fields(attribute).Where(f => f.Number is 6 or 11))
            foreach (var field in ProtoReader.Fields(graph.Bytes))
            {
                if (field.Number == 1)
                    references.AddRange(Parse(field.Bytes).References);
                else if (field.Number == 12)   // an inner output may be a tensor of the outer graph
                    references.Add(OnnxValue.Parse(field.Bytes).Name);
            }
    }
}
