using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Google.Protobuf;

namespace DxmiMlNet.Onnx;

/// <summary>
/// Writes a feed-forward ONNX graph: TorchSharp has no exporter. Nodes are added in execution order; a dimension of -1 is free.
/// </summary>
internal sealed class OnnxGraph
{
    public const int Opset = 13;

    private const int IrVersion = 7;

    private readonly ModelProto _model;
    private readonly GraphProto _graph;
    private readonly string _prefix;
    private int _names;

    /// <summary>Begins an empty graph.</summary>
    public OnnxGraph(string name)
        : this(new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "DxmiMlNet",
            Graph = new GraphProto { Name = name },
            OpsetImport = { new OperatorSetIdProto { Domain = "", Version = Opset } },
        }, "")
    {
    }

    /// <summary>Begins an empty graph that others are joined to: see <see cref="Append"/>.</summary>
    public static OnnxGraph Joined(string name)
    {
        var graph = new OnnxGraph(name);
        OnnxOpset.Unify(graph._model);
        return graph;
    }

    /// <summary>Begins the graph inside a Loop of another: it may read that one's tensors.</summary>
    /// <param name="prefix">What no name in the other begins with, and every one in this does.</param>
    public static OnnxGraph Inner(string prefix) => new(new ModelProto { Graph = new GraphProto { Name = prefix } }, prefix);

    /// <summary>Goes on with the graph of a model, which is changed.</summary>
    /// <param name="model">A model with a graph.</param>
    /// <param name="prefix">What no name in it begins with, and every new one does.</param>
    public OnnxGraph(ModelProto model, string prefix)
    {
        _model = model;
        _graph = model.Graph;
        _prefix = prefix;
    }

    /// <summary>A tensor name that no other call returns.</summary>
    public string NewName(string stem) => $"{_prefix}{stem}_{_names++}";

    /// <summary>Adds a node with one output of a fresh name and returns that name.</summary>
    public string Node(string op, string[] inputs, params AttributeProto[] attributes)
    {
        var output = NewName(op);
        Node(op, inputs, output, attributes);
        return output;
    }

    /// <summary>Adds a node whose one output has the given name.</summary>
    public void Node(string op, string[] inputs, string output, params AttributeProto[] attributes) => Add(op, inputs, [output], attributes);

    /// <summary>Adds a node with several outputs of the given names.</summary>
    public void Node(string op, string[] inputs, string[] outputs, params AttributeProto[] attributes) => Add(op, inputs, outputs, attributes);

    /// <summary>
    /// Adds the nodes and weights of a whole model, brought to the operator set of joined graphs, under names of their own.
    /// </summary>
    /// <param name="part">The model; it is changed and belongs to this graph then.</param>
    /// <param name="prefix">What its names are to begin with, and no other does.</param>
    /// <param name="inputs">For each of its inputs the tensor of this graph that is put in.</param>
    /// <returns>Its outputs, in their order, as this graph calls them.</returns>
    public string[] Append(ModelProto part, string prefix, params (string Input, string Tensor)[] inputs)
    {
        OnnxOpset.Unify(part);
        part.Graph.Rename(prefix, inputs.ToDictionary(i => i.Input, i => i.Tensor));
        _graph.Node.Add(part.Graph.Node);
        _graph.Initializer.Add(part.Graph.Initializer);
        _model.OpsetImport.Add(part.OpsetImport.Where(o => o.Domain is not ("" or "ai.onnx") && _model.OpsetImport.All(known => known.Domain != o.Domain)));
        return [.. part.Graph.Output.Select(o => o.Name)];
    }

    /// <summary>Adds a change of shape; one dimension may be -1, and 0 keeps the one at its place.</summary>
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

    /// <summary>Adds a constant of Single of a given name that whoever runs the graph may replace: an input with a default.</summary>
    public void Replaceable(string name, ReadOnlySpan<float> values, params long[] dims)
    {
        _graph.Initializer.Add(Tensor(name, OnnxType.Float, MemoryMarshal.AsBytes(values), dims));
        Input(name, OnnxType.Float, dims);
    }

    /// <summary>Adds a constant stored in 16 bits and used as Single: half the file for 11 bits of mantissa.</summary>
    public string HalfConstant(string stem, ReadOnlySpan<float> values, params long[] dims)
    {
        var halves = new Half[values.Length];
        TensorPrimitives.ConvertToHalf(values, halves);
        var stored = Constant(stem, OnnxType.Float16, MemoryMarshal.AsBytes(halves.AsSpan()), dims);
        return Node("Cast", [stored], ("to", (long)OnnxType.Float));
    }

    /// <summary>
    /// Adds a constant of upper triangular matrices [n, k, k], stored in 16 bits without what lies below their diagonals, and used as Single: ONNX Runtime
    /// unfolds it once, when it opens the model.
    /// </summary>
    public string HalfTriangles(string stem, ReadOnlySpan<float> values, int n, int k)
    {
        int kept = k * (k + 1) / 2;
        var packed = new float[n * (kept + 1)];   // a zero behind each stands for what is not kept
        var indices = new long[k * k];
        for (int row = 0, at = 0; row < k; row++)
            for (int column = 0; column < k; column++)
            {
                bool isKept = column >= row;
                indices[row * k + column] = isKept ? at : kept;
                if (!isKept)
                    continue;
                for (int i = 0; i < n; i++)
                    packed[i * (kept + 1) + at] = values[(i * k + row) * k + column];
                at++;
            }
        var unfolded = Node("Gather", [HalfConstant(stem, packed, n, kept + 1), Constant("triangle", indices, k * k)], ("axis", 1L));
        return Reshape(unfolded, n, k, k);
    }

    /// <summary>Declares a graph input.</summary>
    public void Input(string value, OnnxType type, params long[] dims) => _graph.Input.Add(new ValueInfoProto(value, type, dims));

    /// <summary>Declares a graph output.</summary>
    public void Output(string value, OnnxType type, params long[] dims) => _graph.Output.Add(new ValueInfoProto(value, type, dims));

    /// <summary>Stores the constants of 16 bits in 32, and leaves out what brought them to 32 bits: ML.NET's own stage for ONNX files reads no others.</summary>
    public void WidenHalves()
    {
        var widened = new Dictionary<string, TensorProto>();
        foreach (var constant in _graph.Initializer.Where(i => i.DataType == (int)OnnxType.Float16 && i.HasRawData))
        {
            var halves = MemoryMarshal.Cast<byte, Half>(constant.RawData.Span);
            var values = new float[halves.Length];
            TensorPrimitives.ConvertToSingle(halves, values);
            constant.DataType = (int)OnnxType.Float;
            constant.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
            widened[constant.Name] = constant;
        }
        var readers = _graph.Node.SelectMany(node => node.References).GroupBy(name => name).ToDictionary(g => g.Key, g => g.Count());
        foreach (var cast in _graph.Node.Where(node => node.OpType == "Cast" && widened.ContainsKey(node.Input[0]) && readers[node.Input[0]] == 1
            && node.Attribute.Single(a => a.Name == "to").I == (long)OnnxType.Float).ToArray())
        {
            widened[cast.Input[0]].Name = cast.Output[0];
            _graph.Node.Remove(cast);
        }
    }

    /// <summary>The graph itself, to be put into another.</summary>
    public GraphProto Graph => _graph;

    /// <summary>Writes what the file tells of itself.</summary>
    public void Describe(string producerVersion, IEnumerable<KeyValuePair<string, string>> properties)
    {
        _model.ProducerVersion = producerVersion;
        _model.MetadataProps.Add(properties.Select(p => new StringStringEntryProto { Key = p.Key, Value = p.Value }));
    }

    /// <summary>The whole model file; the same calls give the same bytes.</summary>
    public byte[] ToModel() => _model.ToByteArray();

    private (string Values, string Indices) TopK(string input, int count, bool largest)
    {
        string values = NewName("TopK"), indices = NewName("TopKIndices");
        Add("TopK", [input, Constant("k", [(long)count], 1)], [values, indices], [("axis", -1L), ("largest", largest ? 1L : 0L)]);
        return (values, indices);
    }

    private void Add(string op, string[] inputs, string[] outputs, AttributeProto[] attributes)
        => _graph.Node.Add(new NodeProto { Name = $"{outputs[0]}/{op}", OpType = op, Input = { inputs }, Output = { outputs }, Attribute = { attributes } });

    private string Constant(string stem, OnnxType type, ReadOnlySpan<byte> data, long[] dims)
    {
        var tensor = NewName(stem);
        _graph.Initializer.Add(Tensor(tensor, type, data, dims));
        return tensor;
    }

    /// <summary>A constant, row major.</summary>
    public static TensorProto Tensor(string name, OnnxType type, ReadOnlySpan<byte> data, ReadOnlySpan<long> dims)
        => new() { Name = name, DataType = (int)type, Dims = { dims.ToArray() }, RawData = ByteString.CopyFrom(data) };
}
