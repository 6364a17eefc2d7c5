using System.Runtime.InteropServices;

namespace DxmiMlNet.Onnx;

/// <summary>
/// An ONNX model that was read: its opset, inputs, nodes, weights and outputs, as far as cutting a graph needs them (onnx.proto, ModelProto).
/// </summary>
internal sealed class OnnxFile
{
    private readonly Dictionary<string, ReadOnlyMemory<byte>> _initializers = [];
    private readonly List<ReadOnlyMemory<byte>> _sparseInitializers = [];
    private readonly List<ReadOnlyMemory<byte>> _operatorSets = [];
    private readonly List<ReadOnlyMemory<byte>> _functions = [];
    private readonly List<OnnxNode> _nodes = [];
    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _outputs = [];
    private readonly string _what;
    private long _irVersion;

    /// <param name="model">The bytes of the file; they must stay as they are.</param>
    /// <param name="what">What the model is, for error texts: "The backbone resnet18.onnx".</param>
    /// <exception cref="DxmiException">The bytes are no ONNX model.</exception>
    public OnnxFile(byte[] model, string what)
    {
        _what = what;
        try
        {
            Read(model);
        }
        catch (InvalidDataException e)
        {
            throw NoModel(e.Message, e);
        }
        if (Opset == 0 || _nodes.Count == 0)
            throw NoModel("It has no operator set or no nodes.", null);
        // Up to IR version 3 the weights are listed among the inputs too.
        _inputs.RemoveAll(i => _initializers.ContainsKey(i.Name));
    }

    /// <summary>Version of the standard operator set.</summary>
    public long Opset { get; private set; }

    /// <summary>What a caller must supply: the declared inputs that are no weights.</summary>
    public IReadOnlyList<OnnxValue> Inputs => _inputs;

    /// <summary>The declared outputs.</summary>
    public IReadOnlyList<OnnxValue> Outputs => _outputs;

    /// <summary>The nodes in the order of the file, which is an order of execution.</summary>
    public IReadOnlyList<OnnxNode> Nodes => _nodes;

    /// <summary>The values of a constant of Single that <see cref="OnnxGraph.Constant(string, ReadOnlySpan{float}, long[])"/> wrote under a stem which no other has.</summary>
    /// <exception cref="DxmiException">The model has none of that name.</exception>
    public float[] Constant(string stem) => ConstantOrNull(stem) ?? throw new DxmiException($"{_what} has no constant '{stem}'.",
        "The file should be as it was saved.", "Copy the model file again, or train the model again.");

    /// <summary>As <see cref="Constant"/>; null where the model has none of that name.</summary>
    public float[]? ConstantOrNull(string stem)
    {
        var tensor = _initializers.Where(i => i.Key.LastIndexOf('_') is var end and > 0 && i.Key[..end] == stem).Select(i => i.Value).FirstOrDefault();
        // TensorProto: raw_data = 9, little-endian.
        var data = ProtoReader.Fields(tensor).FirstOrDefault(f => f.Number == 9).Bytes;
        return data.Length > 0 ? MemoryMarshal.Cast<byte, float>(data.Span).ToArray() : null;
    }

    /// <summary>Every tensor that a node makes, in order.</summary>
    public IEnumerable<string> Tensors => _nodes.SelectMany(n => n.Outputs).Where(t => t.Length > 0);

    /// <summary>
    /// The nodes that some tensors depend on, in order of execution.
    /// </summary>
    /// <exception cref="DxmiException">The model makes no tensor of such a name; the message lists close ones.</exception>
    public IReadOnlyList<OnnxNode> Ancestors(IEnumerable<string> tensors)
    {
        var producers = new Dictionary<string, OnnxNode>();
        foreach (var node in _nodes)
            foreach (var output in node.Outputs)
                producers[output] = node;
        var needed = new HashSet<OnnxNode>(ReferenceEqualityComparer.Instance);
        var open = new Stack<OnnxNode>();
        foreach (var tensor in tensors)
            open.Push(tensor.Length > 0 && producers.TryGetValue(tensor, out var node) ? node : throw UnknownTensor(tensor));
        while (open.TryPop(out var node))
        {
            if (!needed.Add(node))
                continue;
            foreach (var reference in node.References)
                if (producers.TryGetValue(reference, out var producer))
                    open.Push(producer);
        }
        return [.. _nodes.Where(needed.Contains)];
    }

    /// <summary>
    /// The same model cut down: only the kept nodes, the weights that they use, one image input and one output.
    /// </summary>
    /// <param name="nodes">The nodes to keep, in order of execution.</param>
    /// <param name="input">The input, whose name the model has; its shape replaces the declared one.</param>
    /// <param name="appended">NodeProto messages that follow the kept nodes.</param>
    /// <param name="constants">TensorProto messages that the appended nodes use.</param>
    /// <param name="output">Name of the output, of Single and of any shape of four dimensions.</param>
    /// <exception cref="DxmiException">The kept nodes need another input, or weights that are in another file.</exception>
    public byte[] Cut(IReadOnlyList<OnnxNode> nodes, OnnxValue input, IEnumerable<ProtoWriter> appended, IEnumerable<ProtoWriter> constants, string output)
    {
        var used = nodes.SelectMany(n => n.References).ToHashSet();
        if (_inputs.FirstOrDefault(i => i.Name != input.Name && used.Contains(i.Name)) is { } other)
            throw new DxmiException($"{_what} needs a second input '{other.Name}'.", "A backbone with one image input was expected.",
                "Export it again with the other inputs as constants.");

        var graph = new ProtoWriter();
        foreach (var node in nodes)
            graph.Bytes(1, node.Bytes.Span);
        foreach (var node in appended)
            graph.Message(1, node);
        graph.String(2, "dxmi");
        foreach (var (name, tensor) in _initializers.Where(i => used.Contains(i.Key)))
        {
            // TensorProto: data_location = 14, EXTERNAL = 1.
            if (ProtoReader.Fields(tensor).Any(f => f.Number == 14 && f.Value == 1))
                throw new DxmiException($"{_what} keeps its weights in a second file (tensor '{name}').", "One ONNX file with the weights inside was expected.",
                    "Save it as one file: onnx.save(onnx.load(path), path, save_as_external_data=False).");
            graph.Bytes(5, tensor.Span);
        }
        foreach (var constant in constants)
            graph.Message(5, constant);
        foreach (var sparse in _sparseInitializers)
            graph.Bytes(15, sparse.Span);
        // The declared shapes of inner tensors (value_info) are left out: they may belong to another image size.
        graph.Message(11, OnnxGraph.ValueInfo(input.Name, input.Type, input.Shape!));
        graph.Message(12, OnnxGraph.ValueInfo(output, OnnxType.Float, -1, -1, -1, -1));

        var model = new ProtoWriter();
        model.Varint(1, Math.Max(_irVersion, 4));   // from 4 on, weights need not be inputs
        model.String(2, "DxmiMlNet");
        model.Message(7, graph);
        foreach (var operators in _operatorSets)
            model.Bytes(8, operators.Span);
        foreach (var function in _functions)
            model.Bytes(25, function.Span);
        return model.ToArray();
    }

    private void Read(byte[] model)
    {
        foreach (var field in ProtoReader.Fields(model))
        {
            switch (field.Number)
            {
                case 1: _irVersion = (long)field.Value; break;
                case 7: ReadGraph(field.Bytes); break;
                case 8: ReadOperatorSet(field.Bytes); break;
                case 25: _functions.Add(field.Bytes); break;
            }
        }
    }

    private void ReadGraph(ReadOnlyMemory<byte> graph)
    {
        foreach (var field in ProtoReader.Fields(graph))
        {
            switch (field.Number)
            {
                case 1: _nodes.Add(OnnxNode.Parse(field.Bytes)); break;
                case 5: _initializers[TensorName(field.Bytes)] = field.Bytes; break;
                case 11: _inputs.Add(OnnxValue.Parse(field.Bytes)); break;
                case 12: _outputs.Add(OnnxValue.Parse(field.Bytes)); break;
                case 15: _sparseInitializers.Add(field.Bytes); break;
            }
        }
    }

    private void ReadOperatorSet(ReadOnlyMemory<byte> bytes)
    {
        _operatorSets.Add(bytes);
        string domain = "";
        long version = 0;
        foreach (var field in ProtoReader.Fields(bytes))
        {
            if (field.Number == 1)
                domain = field.Text;
            else if (field.Number == 2)
                version = (long)field.Value;
        }
        if (domain is "" or "ai.onnx")
            Opset = version;
    }

    private static string TensorName(ReadOnlyMemory<byte> tensor)
        => ProtoReader.Fields(tensor).FirstOrDefault(f => f.Number == 8) is { Number: 8 } name ? name.Text : "";

    private DxmiException UnknownTensor(string tensor)
    {
        var close = Tensors.OrderBy(t => EditDistance(t, tensor)).Take(5);
        return new DxmiException($"{_what} has no tensor '{tensor}'.",
            $"The closest names are {string.Join(", ", close)}; the model's outputs are {string.Join(", ", _outputs.Select(o => o.Name))}.",
            "Correct the tap's tensor name.");
    }

    private DxmiException NoModel(string reason, Exception? inner)
        => new($"{_what} is no ONNX model: {reason}", "A valid ONNX file was expected.", "Check the file, copy it again, or export it again.", inner);

    // Levenshtein, one row at a time; a tensor's name is short.
    private static int EditDistance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substitute = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.Length];
    }
}
