using System.Runtime.InteropServices;

namespace DxmiMlNet.Onnx;

/// <summary>Element types of ONNX tensors (onnx.proto, TensorProto.DataType).</summary>
internal enum OnnxType
{
    Float = 1,
    UInt8 = 2,
    Int64 = 7,
    Bool = 9,
    Float16 = 10,
}

/// <summary>An attribute of a node: exactly one of the values is set.</summary>
internal readonly record struct OnnxAttribute(string Name, long? Int = null, float? Float = null, string? Text = null, long[]? Ints = null)
{
    public static implicit operator OnnxAttribute((string Name, long Value) a) => new(a.Name, Int: a.Value);
    public static implicit operator OnnxAttribute((string Name, float Value) a) => new(a.Name, Float: a.Value);
    public static implicit operator OnnxAttribute((string Name, string Value) a) => new(a.Name, Text: a.Value);
    public static implicit operator OnnxAttribute((string Name, long[] Value) a) => new(a.Name, Ints: a.Value);
}

/// <summary>
/// Writes a feed-forward ONNX graph. TorchSharp has no exporter; the field numbers are those of onnx.proto (IR version 7, opset 13).
/// Nodes are added in execution order; a dimension of -1 is free.
/// </summary>
internal sealed class OnnxGraph(string name)
{
    public const int Opset = 13;

    private readonly ProtoWriter _graph = new();
    private int _names;

    /// <summary>A tensor name that no other call returns.</summary>
    public string NewName(string stem) => $"{stem}_{_names++}";

    /// <summary>Adds a node with one output of a fresh name and returns that name.</summary>
    public string Node(string op, string[] inputs, params OnnxAttribute[] attributes)
    {
        var output = NewName(op);
        Node(op, inputs, output, attributes);
        return output;
    }

    /// <summary>Adds a node whose one output has the given name.</summary>
    public void Node(string op, string[] inputs, string output, params OnnxAttribute[] attributes)
        => _graph.Message(1, NodeProto(op, inputs, output, attributes));

    /// <summary>Adds a change of shape; one dimension may be -1.</summary>
    public string Reshape(string input, params long[] shape) => Node("Reshape", [input, Constant("shape", shape, shape.Length)]);

    /// <summary>Adds the selection of the <paramref name="count"/> highest values along the last axis and returns their name.</summary>
    public string TopK(string input, int count) => TopK(input, count, largest: true).Values;

    /// <summary>Adds the selection of the <paramref name="count"/> lowest values along the last axis and returns the name of their indices.</summary>
    public string LowestIndices(string input, int count) => TopK(input, count, largest: false).Indices;

    /// <summary>Adds a constant of Single, row major, and returns its name.</summary>
    public string Constant(string stem, ReadOnlySpan<float> values, params long[] dims)
        => Constant(stem, OnnxType.Float, MemoryMarshal.AsBytes(values), dims);

    /// <summary>Adds a constant of Int64, row major, and returns its name.</summary>
    public string Constant(string stem, ReadOnlySpan<long> values, params long[] dims)
        => Constant(stem, OnnxType.Int64, MemoryMarshal.AsBytes(values), dims);

    /// <summary>Adds a constant stored in 16 bits and used as Single: half the file for 11 bits of mantissa.</summary>
    public string HalfConstant(string stem, ReadOnlySpan<float> values, params long[] dims)
    {
        var halves = new Half[values.Length];
        System.Numerics.Tensors.TensorPrimitives.ConvertToHalf(values, halves);
        var stored = Constant(stem, OnnxType.Float16, MemoryMarshal.AsBytes(halves.AsSpan()), dims);
        return Node("Cast", [stored], ("to", (long)OnnxType.Float));
    }

    /// <summary>Declares a graph input.</summary>
    public void Input(string value, OnnxType type, params long[] dims) => _graph.Message(11, ValueInfo(value, type, dims));

    /// <summary>Declares a graph output.</summary>
    public void Output(string value, OnnxType type, params long[] dims) => _graph.Message(12, ValueInfo(value, type, dims));

    /// <summary>The whole model file.</summary>
    public byte[] ToModel()
    {
        var graph = new ProtoWriter();
        graph.String(2, name);
        var operators = new ProtoWriter();
        operators.String(1, "");
        operators.Varint(2, Opset);
        var model = new ProtoWriter();
        model.Varint(1, 7);
        model.String(2, "DxmiMlNet");
        // Two pieces of the same field are merged by every protobuf reader: the nodes, then the name.
        model.Bytes(7, _graph.ToArray().Concat(graph.ToArray()).ToArray());
        model.Message(8, operators);
        return model.ToArray();
    }

    /// <summary>One NodeProto; also for graphs that are edited in place.</summary>
    public static ProtoWriter NodeProto(string op, string[] inputs, string output, params OnnxAttribute[] attributes)
    {
        var node = new ProtoWriter();
        foreach (var input in inputs)
            node.String(1, input);
        node.String(2, output);
        node.String(3, $"{output}/{op}");
        node.String(4, op);
        foreach (var attribute in attributes)
            node.Message(5, AttributeProto(attribute));
        return node;
    }

    /// <summary>One TensorProto with raw little-endian data.</summary>
    public static ProtoWriter TensorProto(string tensor, OnnxType type, ReadOnlySpan<byte> data, params long[] dims)
    {
        var proto = new ProtoWriter();
        foreach (var dim in dims)
            proto.Varint(1, dim);
        proto.Varint(2, (long)type);
        proto.String(8, tensor);
        proto.Bytes(9, data);
        return proto;
    }

    /// <summary>One ValueInfoProto.</summary>
    public static ProtoWriter ValueInfo(string value, OnnxType type, params long[] dims)
    {
        var shape = new ProtoWriter();
        for (int i = 0; i < dims.Length; i++)
        {
            var dim = new ProtoWriter();
            if (dims[i] < 0)
                dim.String(2, $"{value}_{i}");
            else
                dim.Varint(1, dims[i]);
            shape.Message(1, dim);
        }
        var tensor = new ProtoWriter();
        tensor.Varint(1, (long)type);
        tensor.Message(2, shape);
        var typeProto = new ProtoWriter();
        typeProto.Message(1, tensor);
        var info = new ProtoWriter();
        info.String(1, value);
        info.Message(2, typeProto);
        return info;
    }

    private (string Values, string Indices) TopK(string input, int count, bool largest)
    {
        string values = NewName("TopK"), indices = NewName("TopKIndices");
        var node = NodeProto("TopK", [input, Constant("k", [(long)count], 1)], values, ("axis", -1L), ("largest", largest ? 1L : 0L));
        node.String(2, indices);   // a node's outputs are in order, wherever the field stands
        _graph.Message(1, node);
        return (values, indices);
    }

    private string Constant(string stem, OnnxType type, ReadOnlySpan<byte> data, long[] dims)
    {
        var tensor = NewName(stem);
        _graph.Message(5, TensorProto(tensor, type, data, dims));
        return tensor;
    }

    private static ProtoWriter AttributeProto(OnnxAttribute attribute)
    {
        var proto = new ProtoWriter();
        proto.String(1, attribute.Name);
        if (attribute.Float is { } f)
        {
            proto.Float(2, f);
            proto.Varint(20, 1);
        }
        else if (attribute.Int is { } i)
        {
            proto.Varint(3, i);
            proto.Varint(20, 2);
        }
        else if (attribute.Text is { } text)
        {
            proto.String(4, text);
            proto.Varint(20, 3);
        }
        else
        {
            foreach (var value in attribute.Ints!)
                proto.Varint(8, value);
            proto.Varint(20, 7);
        }
        return proto;
    }
}
