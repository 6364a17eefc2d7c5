namespace DxmiMlNet.Onnx;

/// <summary>A declared input or output of a model.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type; 0 where it is no tensor or not said.</param>
/// <param name="Shape">Its dimensions, -1 where free; null where not said.</param>
internal sealed record OnnxValue(string Name, OnnxType Type, long[]? Shape)
{
    /// <summary>The shape as people write it: "[N, 3, 224, 224]" with "?" for a free dimension.</summary>
    public string ShapeText => Shape is null ? "of any shape" : $"[{string.Join(", ", Shape.Select(d => d < 0 ? "?" : d.ToString()))}]";

    // ValueInfoProto: name = 1, type = 2; TypeProto: tensor_type = 1; TypeProto.Tensor: elem_type = 1, shape = 2;
    // TensorShapeProto: dim = 1; Dimension: dim_value = 1, dim_param = 2.
    /// <exception cref="InvalidDataException">The bytes are no ValueInfoProto.</exception>
    public static OnnxValue Parse(ReadOnlyMemory<byte> bytes)
    {
        var name = "";
        var type = default(OnnxType);
        long[]? shape = null;
        foreach (var info in ProtoReader.Fields(bytes))
        {
            if (info.Number == 1)
                name = info.Text;
            if (info.Number != 2)
                continue;
            foreach (var field in ProtoReader.Fields(info.Bytes).Where(f => f.Number == 1).SelectMany(tensor => ProtoReader.Fields(tensor.Bytes)))
            {
                if (field.Number == 1)
                    type = (OnnxType)field.Value;
                else if (field.Number == 2)
                    shape = [.. ProtoReader.Fields(field.Bytes).Where(f => f.Number == 1).Select(Dimension)];
            }
        }
        return new OnnxValue(name, type, shape);
    }

    private static long Dimension(ProtoField dimension)
    {
        foreach (var field in ProtoReader.Fields(dimension.Bytes))
            if (field.Number == 1)
                return (long)field.Value;
        return -1;
    }
}
