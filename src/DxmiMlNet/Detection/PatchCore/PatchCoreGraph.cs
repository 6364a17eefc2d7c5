using DxmiMlNet.Detection.Parts;

namespace DxmiMlNet.Detection.PatchCore;

/// <summary>Writes a memory bank as a detector's ONNX graph, see <see cref="DetectionGraph"/>.</summary>
internal static class PatchCoreGraph
{
    /// <param name="grid">[H, W, C].</param>
    /// <param name="bank">The memorised patches, [M, C].</param>
    /// <param name="neighbours">b: how many neighbours re-weight the score, 2 to M; 0 for none.</param>
    /// <param name="ignores">Whether patches can be ignored.</param>
    /// <param name="standard">What map and score are standardised by; null for the plain distance and its maximum, re-weighted or not.</param>
    public static byte[] Write((int Height, int Width, int Channels) grid, float[] bank, int neighbours, bool ignores, MapStandard? standard)
    {
        int positions = grid.Height * grid.Width, channels = grid.Channels, size = bank.Length / channels;
        var graph = DetectionGraph.Begin("patchcore", grid, ignores);
        var memory = new BankDistance(graph, bank, channels);
        var x = memory.Centred(graph.Reshape(DetectionGraph.Input, -1, channels));   // [N P, C]
        var xSquare = memory.Squares(x);                                             // [N P, 1]
        var toBank = memory.Brackets(x);                                             // [N P, M]
        var map = graph.Reshape(memory.Root(memory.Lowest(toBank), xSquare), -1, positions);   // [N, P]
        if (standard is not null)
        {
            DetectionGraph.GiveStandardised(graph, map, standard, grid, ignores);
            return graph.ToModel();
        }
        var pooled = DetectionGraph.GiveMap(graph, map, grid, ignores);

        var peak = graph.Node("ReduceMax", [pooled], ("axes", [-1L]), ("keepdims", 1L));                                                // [N, 1]
        var score = neighbours == 0 ? peak : graph.Node("Mul", [peak, Weight()]);
        graph.Node("Reshape", [score, graph.Constant("score_shape", [-1L], 1)], DetectionGraph.Score);
        return graph.ToModel();

        // w = 1 - exp |x* - m*| / sum over the b nearest m of m* in the bank, itself included, of exp |x* - m|; x* is the peak's patch (equation 7).
        string Weight()
        {
            var at = graph.Node("ArgMax", [pooled], ("axis", 1L), ("keepdims", 1L));                                                    // [N, 1]
            var index = graph.Node("Expand", [graph.Reshape(at, -1, 1, 1), graph.Constant("row_shape", [1L, 1L, size], 3)]);         // [N, 1, M]
            var row = graph.Reshape(graph.Node("GatherElements", [graph.Reshape(toBank, -1, positions, size), index], ("axis", 1L)), -1, size);   // [N, M]
            var nearest = graph.Node("ArgMin", [row], ("axis", 1L), ("keepdims", 0L));                                               // [N]
            var around = graph.LowestIndices(memory.Brackets(graph.Node("Gather", [memory.Name, nearest], ("axis", 0L))), neighbours);           // [N, b]
            var peakSquare = graph.Node("GatherElements", [graph.Reshape(xSquare, -1, positions), at], ("axis", 1L));                // [N, 1]
            var distances = memory.Root(graph.Node("GatherElements", [row, around], ("axis", 1L)), peakSquare);                         // [N, b]
            var largest = graph.Node("ReduceMax", [distances], ("axes", [-1L]), ("keepdims", 1L));                                   // keeps exp finite
            var exponentials = graph.Node("Exp", [graph.Node("Sub", [distances, largest])]);
            var sum = graph.Node("ReduceSum", [exponentials, graph.Constant("axes", [-1L], 1)], ("keepdims", 1L));
            var share = graph.Node("Div", [graph.Node("Exp", [graph.Node("Sub", [peak, largest])]), sum]);
            return graph.Node("Sub", [graph.Constant("one", [1f], 1), share]);
        }
    }
}
