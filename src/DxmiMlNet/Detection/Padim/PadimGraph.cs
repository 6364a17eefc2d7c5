using DxmiMlNet.Detection.Parts;

namespace DxmiMlNet.Detection.Padim;

/// <summary>Writes a Gaussian a position as a detector's ONNX graph, see <see cref="DetectionGraph"/>.</summary>
internal static class PadimGraph
{
    /// <param name="grid">[H, W, C].</param>
    /// <param name="channels">The channels that are looked at, [K].</param>
    /// <param name="mean">[P, K].</param>
    /// <param name="transform">[P, K, K]; transform transform^T is the inverse covariance, so |(x - mean) transform| is the Mahalanobis distance.</param>
    /// <param name="ignores">Whether patches can be ignored.</param>
    /// <param name="standard">What map and score are standardised by; null for the plain distance and its maximum.</param>
    public static byte[] Write((int Height, int Width, int Channels) grid, long[] channels, float[] mean, float[] transform, bool ignores, MapStandard? standard)
    {
        int positions = grid.Height * grid.Width, k = channels.Length;
        var graph = DetectionGraph.Begin("padim", grid, ignores);
        var x = graph.Reshape(DetectionGraph.Input, -1, positions, grid.Channels);
        x = graph.Node("Gather", [x, graph.Constant("channels", channels, k)], ("axis", 2L));                            // [N, P, K]
        x = graph.Node("Sub", [x, graph.Constant("mean", mean, positions, k)]);
        x = graph.Reshape(x, -1, positions, 1, k);
        x = graph.Node("MatMul", [x, graph.Constant("transform", transform, positions, k, k)]);                          // [N, P, 1, K]
        var map = graph.Reshape(graph.Node("ReduceL2", [x], ("axes", [-1L]), ("keepdims", 0L)), -1, positions);          // [N, P]
        if (standard is not null)
        {
            DetectionGraph.GiveStandardised(graph, map, standard, grid, ignores);
            return graph.ToModel();
        }
        var pooled = DetectionGraph.GiveMap(graph, map, grid, ignores);
        graph.Node("ReduceMax", [pooled], DetectionGraph.Score, ("axes", [-1L]), ("keepdims", 0L));
        return graph.ToModel();
    }
}
