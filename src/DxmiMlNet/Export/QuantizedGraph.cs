using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using DxmiMlNet.Onnx;
using Google.Protobuf;

namespace DxmiMlNet.Export;

/// <summary>
/// Static quantisation in the form that runtimes look for (QDQ): every quantised value goes through QuantizeLinear and DequantizeLinear, weights are stored in 8
/// bits with a scale a channel, and a runtime fuses what lies between. Activations are unsigned, with a zero point; weights are signed and use 7 of their bits,
/// since the 16-bit sums of processors without VNNI overflow otherwise (ONNX Runtime's reduce_range).
/// </summary>
internal sealed class QuantizedGraph
{
    private const int HighestWeight = 63, HighestActivation = 255;

    private readonly ModelProto _model;
    private readonly Dictionary<string, TensorProto> _weights;
    private readonly ILookup<string, NodeProto> _readers;
    private readonly HashSet<string> _activations = [];
    private readonly Dictionary<string, NodeProto> _rectified = [];   // by the rectifier's output, whose input it makes
    private readonly List<NodeProto> _products = [];   // whose weights are quantised

    /// <param name="model">A model; it is changed by <see cref="Write"/>.</param>
    public QuantizedGraph(ModelProto model)
    {
        _model = model;
        var graph = model.Graph;
        var inputs = graph.Input.Select(i => i.Name).ToHashSet();
        _weights = graph.Initializer.Where(i => i.DataType == (int)OnnxType.Float && !inputs.Contains(i.Name) && i.HasRawData).ToDictionary(i => i.Name);
        _readers = graph.Node.SelectMany(node => node.Input.Distinct().Select(input => (input, node))).ToLookup(r => r.input, r => r.node);
        foreach (var node in graph.Node)
        {
            if (node.OpType == "Conv" && HasWeights(node))
            {
                _products.Add(node);
                _activations.Add(node.Input[0]);
                _activations.Add(Rectified(node));
            }
            else if (node.OpType is "Gemm" or "MatMul" && HasWeights(node) && _weights[node.Input[1]].Dims.Count == 2)
            {
                _products.Add(node);
                _activations.Add(node.Input[0]);
            }
            else if (node.OpType == "Add" && node.Input.All(_activations.Contains))
                _activations.Add(Rectified(node));
        }
        _activations.ExceptWith(_weights.Keys);
    }

    /// <summary>The tensors whose ranges must be known.</summary>
    public IReadOnlyCollection<string> Activations => _activations;

    /// <summary>The quantised model.</summary>
    /// <param name="ranges">Least and greatest value of every activation.</param>
    public byte[] Write(IReadOnlyDictionary<string, (float Low, float High)> ranges)
    {
        foreach (var node in _products)
        {
            var (low, high) = ranges[node.Input[0]];
            QuantizeWeights(node, Scale(low, high));
        }
        var nodes = _model.Graph.Node.ToArray();
        _model.Graph.Node.Clear();
        foreach (string input in _model.Graph.Input.Select(i => i.Name).Where(_activations.Contains))
            AddPair(input, ranges[input]);
        foreach (var node in nodes)
        {
            // Where 0 is the least that 8 bits hold, they cut off what a rectifier does.
            if (_rectified.TryGetValue(node.Output[0], out var producer) && node.OpType == "Relu" && ranges[node.Output[0]].Low >= 0)
            {
                producer.Output[0] = node.Output[0];
            }
            else
            {
                for (int i = 0; i < node.Input.Count; i++)
                    if (_activations.Contains(node.Input[i]))
                        node.Input[i] += "/dequantized";
                _model.Graph.Node.Add(node);
            }
            foreach (string output in node.Output.Where(_activations.Contains))
                AddPair(output, ranges[output]);
        }
        var used = nodes.SelectMany(n => n.References).Concat(_model.Graph.Node.SelectMany(n => n.Input)).ToHashSet();
        foreach (var unused in _model.Graph.Initializer.Where(i => !used.Contains(i.Name)).ToArray())
            _model.Graph.Initializer.Remove(unused);
        return _model.ToByteArray();
    }

    private bool HasWeights(NodeProto node)
        => node.Input.Count > 1 && _weights.ContainsKey(node.Input[1]) && (node.Input.Count < 3 || _weights.ContainsKey(node.Input[2]));

    // Where a rectifier alone reads the output, that one's: runtimes take both together.
    private string Rectified(NodeProto node)
    {
        if (_readers[node.Output[0]].ToArray() is not [{ OpType: "Relu" or "Clip" } rectifier])
            return node.Output[0];
        _rectified[rectifier.Output[0]] = node;
        return rectifier.Output[0];
    }

    private static float Scale(float low, float high) => Math.Max(Math.Max(high, 0) - Math.Min(low, 0), 1e-12f) / HighestActivation;

    private void AddPair(string tensor, (float Low, float High) range)
    {
        float scale = Scale(range.Low, range.High);
        byte zero = (byte)Math.Clamp(Math.Round(-Math.Min(range.Low, 0) / scale), 0, HighestActivation);
        string scaleName = $"{tensor}/scale", zeroName = $"{tensor}/zero", quantized = $"{tensor}/quantized";
        AddConstant(scaleName, OnnxType.Float, MemoryMarshal.AsBytes([scale]));
        AddConstant(zeroName, OnnxType.UInt8, [zero]);
        _model.Graph.Node.Add(new NodeProto { Name = quantized, OpType = "QuantizeLinear", Input = { tensor, scaleName, zeroName }, Output = { quantized } });
        string back = $"{tensor}/dequantized";
        _model.Graph.Node.Add(new NodeProto { Name = back, OpType = "DequantizeLinear", Input = { quantized, scaleName, zeroName }, Output = { back } });
    }

    private void QuantizeWeights(NodeProto node, float inputScale)
    {
        var weight = _weights[node.Input[1]];
        float[] values = MemoryMarshal.Cast<byte, float>(weight.RawData.Span).ToArray();
        long[] dims = [.. weight.Dims];
        if (node.OpType == "Gemm")
            TakeFactors(node, values);
        int axis = node.OpType == "Conv" || node.Attribute.Any(a => a.Name == "transB" && a.I == 1) ? 0 : dims.Length - 1;
        int channels = (int)dims[axis], inner = axis == 0 ? values.Length / channels : 1;
        var scales = new float[channels];
        for (int i = 0; i < values.Length; i++)
            scales[Channel(i)] = Math.Max(scales[Channel(i)], Math.Abs(values[i]));
        for (int c = 0; c < channels; c++)
            scales[c] = Math.Max(scales[c], 1e-12f) / HighestWeight;
        var quantized = new sbyte[values.Length];
        for (int i = 0; i < values.Length; i++)
            quantized[i] = (sbyte)Math.Clamp(MathF.Round(values[i] / scales[Channel(i)]), -HighestWeight, HighestWeight);
        string name = $"{node.Output[0]}/weight";
        node.Input[1] = AddDequantized(name, OnnxType.Int8, MemoryMarshal.AsBytes(quantized.AsSpan()), dims, scales, axis);
        if (node.Input.Count < 3)
            return;
        // A bias is of the product's scale, in 32 bits.
        float[] bias = Bias(node, channels);
        float[] biasScales = Array.ConvertAll(scales, s => s * inputScale);
        int[] biases = [.. bias.Select((b, c) => (int)Math.Clamp(Math.Round((double)b / biasScales[c]), int.MinValue, int.MaxValue))];
        node.Input[2] = AddDequantized($"{node.Output[0]}/bias", OnnxType.Int32, MemoryMarshal.AsBytes(biases.AsSpan()), [channels], biasScales, 0);

        int Channel(int i) => axis == 0 ? i / inner : i % channels;
    }

    private float[] Bias(NodeProto node, int channels)
    {
        float[] values = MemoryMarshal.Cast<byte, float>(_weights[node.Input[2]].RawData.Span).ToArray();
        float beta = TakeFactor(node, "beta");
        if (values.Length == 1)
            values = [.. Enumerable.Repeat(values[0], channels)];
        TensorPrimitives.Multiply(values, beta, values);
        return values;
    }

    // alpha goes into the weights: a fused product knows none.
    private static void TakeFactors(NodeProto node, float[] weights) => TensorPrimitives.Multiply(weights, TakeFactor(node, "alpha"), weights);

    private static float TakeFactor(NodeProto node, string name)
    {
        if (node.Attribute.FirstOrDefault(a => a.Name == name) is not { } factor)
            return 1;
        node.Attribute.Remove(factor);
        return factor.F;
    }

    private string AddDequantized(string name, OnnxType type, ReadOnlySpan<byte> values, long[] dims, float[] scales, int axis)
    {
        AddConstant(name, type, values, dims);
        AddConstant($"{name}/scale", OnnxType.Float, MemoryMarshal.AsBytes(scales.AsSpan()), scales.Length);
        AddConstant($"{name}/zero", type, new byte[type == OnnxType.Int8 ? scales.Length : sizeof(int) * scales.Length], scales.Length);
        _model.Graph.Node.Insert(0, new NodeProto
        {
            Name = $"{name}/dequantized",
            OpType = "DequantizeLinear",
            Input = { name, $"{name}/scale", $"{name}/zero" },
            Output = { $"{name}/dequantized" },
            Attribute = { ("axis", (long)axis) },
        });
        return $"{name}/dequantized";
    }

    private void AddConstant(string name, OnnxType type, ReadOnlySpan<byte> values, params ReadOnlySpan<long> dims)
        => _model.Graph.Initializer.Add(OnnxGraph.Tensor(name, type, values, dims));
}
