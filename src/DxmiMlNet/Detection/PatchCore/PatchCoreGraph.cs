using System.Numerics.Tensors;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Detection.PatchCore;

/// <summary>Writes a memory bank as a detector's ONNX graph, see <see cref="DetectionGraph"/>.</summary>
internal static class PatchCoreGraph
{
    /// <param name="grid">[H, W, C].</param>
    /// <param name="bank">The memorised patches, [M, C].</param>
    /// <param name="neighbours">b: how many neighbours re-weight the score, 2 to M; 0 for none.</param>
    public static byte[] Write((int Height, int Width, int Channels) grid, float[] bank, int neighbours)
    {
        int positions = grid.Height * grid.Width, channels = grid.Channels, size = bank.Length / channels;
        var mean = Centre(bank, channels);
        var squares = new float[size];
        for (int m = 0; m < size; m++)
            squares[m] = TensorPrimitives.SumOfSquares(bank.AsSpan(m * channels, channels));

        var graph = DetectionGraph.Begin("patchcore", grid);
        var bankName = graph.Constant("bank", bank, size, channels);
        var squaresName = graph.Constant("bank_squares", squares, size);

        // |x - m|^2 = |x|^2 + (|m|^2 - 2 x m): the bracket for all m at once, |x|^2 only where it is needed.
        var x = graph.Node("Sub", [graph.Reshape(DetectionGraph.Input, -1, channels), graph.Constant("mean", mean, channels)]);      // [N P, C]
        var xSquare = graph.Node("ReduceSumSquare", [x], ("axes", [-1L]), ("keepdims", 1L));                                        // [N P, 1]
        var toBank = ToBank(x);                                                                                                      // [N P, M]
        var lowest = graph.Node("ReduceMin", [toBank], ("axes", [-1L]), ("keepdims", 1L));
        var map = graph.Reshape(Distance(lowest, xSquare), -1, positions);                                                           // [N, P]
        graph.Node("Reshape", [map, graph.Constant("map_shape", [-1L, grid.Height, grid.Width], 3)], DetectionGraph.Map);

        var peak = graph.Node("ReduceMax", [map], ("axes", [-1L]), ("keepdims", 1L));                                                // [N, 1]
        var score = neighbours == 0 ? peak : graph.Node("Mul", [peak, Weight()]);
        graph.Node("Reshape", [score, graph.Constant("score_shape", [-1L], 1)], DetectionGraph.Score);
        return graph.ToModel();

        string ToBank(string rows) => graph.Node("Gemm", [rows, bankName, squaresName], ("alpha", -2f), ("transB", 1L));

        // The sum may fall below 0 by rounding.
        string Distance(string bracket, string square) => graph.Node("Sqrt", [graph.Node("Relu", [graph.Node("Add", [bracket, square])])]);

        // w = 1 - exp |x* - m*| / sum over the b nearest m of m* in the bank, itself included, of exp |x* - m|; x* is the peak's patch (equation 7).
        string Weight()
        {
            var at = graph.Node("ArgMax", [map], ("axis", 1L), ("keepdims", 1L));                                                    // [N, 1]
            var index = graph.Node("Expand", [graph.Reshape(at, -1, 1, 1), graph.Constant("row_shape", [1L, 1L, size], 3)]);         // [N, 1, M]
            var row = graph.Reshape(graph.Node("GatherElements", [graph.Reshape(toBank, -1, positions, size), index], ("axis", 1L)), -1, size);   // [N, M]
            var nearest = graph.Node("ArgMin", [row], ("axis", 1L), ("keepdims", 0L));                                               // [N]
            var around = graph.LowestIndices(ToBank(graph.Node("Gather", [bankName, nearest], ("axis", 0L))), neighbours);           // [N, b]
            var peakSquare = graph.Node("GatherElements", [graph.Reshape(xSquare, -1, positions), at], ("axis", 1L));                // [N, 1]
            var distances = Distance(graph.Node("GatherElements", [row, around], ("axis", 1L)), peakSquare);                         // [N, b]
            var largest = graph.Node("ReduceMax", [distances], ("axes", [-1L]), ("keepdims", 1L));                                   // keeps exp finite
            var exponentials = graph.Node("Exp", [graph.Node("Sub", [distances, largest])]);
            var sum = graph.Node("ReduceSum", [exponentials, graph.Constant("axes", [-1L], 1)], ("keepdims", 1L));
            var share = graph.Node("Div", [graph.Node("Exp", [graph.Node("Sub", [peak, largest])]), sum]);
            return graph.Node("Sub", [graph.Constant("one", [1f], 1), share]);
        }
    }

    // Distances do not change, and their parts become smaller: less is lost where they cancel.
    private static float[] Centre(float[] bank, int channels)
    {
        var mean = new float[channels];
        for (int m = 0; m < bank.Length; m += channels)
            TensorPrimitives.Add(mean, bank.AsSpan(m, channels), mean);
        TensorPrimitives.Divide(mean, (float)bank.Length / channels, mean);
        for (int m = 0; m < bank.Length; m += channels)
        {
            var patch = bank.AsSpan(m, channels);
            TensorPrimitives.Subtract(patch, mean, patch);
        }
        return mean;
    }
}
