using Google.Protobuf;

namespace DxmiMlNet.Onnx;

// An attribute is written as a pair: ("axis", 1L), ("mode", "linear"), ("pads", [1, 1, 1, 1]).
internal sealed partial class AttributeProto
{
    public static implicit operator AttributeProto((string Name, long Value) a) => new() { Name = a.Name, I = a.Value, Type = Types.AttributeType.Int };

    public static implicit operator AttributeProto((string Name, float Value) a) => new() { Name = a.Name, F = a.Value, Type = Types.AttributeType.Float };

    public static implicit operator AttributeProto((string Name, string Value) a)
        => new() { Name = a.Name, S = ByteString.CopyFromUtf8(a.Value), Type = Types.AttributeType.String };

    public static implicit operator AttributeProto((string Name, long[] Value) a) => new() { Name = a.Name, Ints = { a.Value }, Type = Types.AttributeType.Ints };

    public static implicit operator AttributeProto((string Name, GraphProto Value) a) => new() { Name = a.Name, G = a.Value, Type = Types.AttributeType.Graph };
}
