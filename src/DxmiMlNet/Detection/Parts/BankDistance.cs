using System.Numerics.Tensors;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Detection.Parts;

/// <summary>
/// Distances to memorised patches in an ONNX graph: |x - m|^2 = |x|^2 + (|m|^2 - 2 x m), the bracket for all m at once, |x|^2 only where it is needed.
/// Bank and patches are centred on the bank's mean: distances do not change, and less is lost where their parts cancel.
/// </summary>
internal sealed class BankDistance
{
    private readonly OnnxGraph _graph;
    private readonly string _mean, _squares;

    /// <param name="graph">Where nodes are added.</param>
    /// <param name="bank">The memorised patches, [M, C].</param>
    /// <param name="channels">C.</param>
    public BankDistance(OnnxGraph graph, float[] bank, int channels)
    {
        int size = bank.Length / channels;
        var mean = new float[channels];
        for (int m = 0; m < size; m++)
            TensorPrimitives.Add(mean, bank.AsSpan(m * channels, channels), mean);
        TensorPrimitives.Divide(mean, (float)size, mean);
        var centred = new float[bank.Length];
        var squares = new float[size];
        for (int m = 0; m < size; m++)
        {
            var patch = centred.AsSpan(m * channels, channels);
            TensorPrimitives.Subtract(bank.AsSpan(m * channels, channels), mean, patch);
            squares[m] = TensorPrimitives.SumOfSquares(patch);
        }
        _graph = graph;
        _mean = graph.Constant("bank_mean", mean, channels);
        Name = graph.Constant("bank", centred, size, channels);
        _squares = graph.Constant("bank_squares", squares, size);
    }

    /// <summary>The centred bank, [M, C].</summary>
    public string Name { get; }

    /// <summary>Patches [B, C], centred.</summary>
    public string Centred(string patches) => _graph.Node("Sub", [patches, _mean]);

    /// <summary>The brackets of centred patches [B, C]: [B, M].</summary>
    public string Brackets(string centred) => _graph.Node("Gemm", [centred, Name, _squares], ("alpha", -2f), ("transB", 1L));

    /// <summary>|x|^2 of centred patches [B, C]: [B, 1].</summary>
    public string Squares(string centred) => _graph.Node("ReduceSumSquare", [centred], ("axes", [-1L]), ("keepdims", 1L));

    /// <summary>The distances of brackets and squares; their sum may fall below 0 by rounding.</summary>
    public string Root(string bracket, string square) => _graph.Node("Sqrt", [_graph.Node("Relu", [_graph.Node("Add", [bracket, square])])]);

    /// <summary>The least of the brackets [B, M]: [B, 1].</summary>
    public string Lowest(string brackets) => _graph.Node("ReduceMin", [brackets], ("axes", [-1L]), ("keepdims", 1L));
}
