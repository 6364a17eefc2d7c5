namespace DxmiMlNet.Detection.Padim;

/// <summary>Writes a Gaussian a position as a detector's ONNX graph, see <see cref="DetectionGraph"/>.</summary>
internal static class PadimGraph
{
    /// <param name="grid">[H, W, C].</param>
    /// <param name="channels">The channels that are looked at, [K].</param>
    /// <param name="mean">[P, K].</param>
    /// <param name="transform">[P, K, K]; transform transform^T is the inverse covariance, so |(x - mean) transform| is the Mahalanobis distance.</param>
    public static byte[] Write((int Height, int Width, int Channels) grid, long[] channels, float[] mean, float[] transform)
    {
        int positions = grid.Height * grid.Width, k = channels.Length;
        var graph = DetectionGraph.Begin("padim", grid);
        var x = graph.Reshape(DetectionGraph.Input, -1, positions, grid.Channels);
        x = graph.Node("Gather", [x, graph.Constant("channels", channels, k)], ("axis", 2L));                            // [N, P, K]
        x = graph.Node("Sub", [x, graph.Constant("mean", mean, positions, k)]);
        x = graph.Reshape(x, -1, positions, 1, k);
        x = graph.Node("MatMul", [x, graph.Constant("transform", transform, positions, k, k)]);                          // [N, P, 1, K]
        var map = graph.Reshape(graph.Node("ReduceL2", [x], ("axes", [-1L]), ("keepdims", 0L)), -1, positions);          // [N, P]
        graph.Node("Reshape", [map, graph.Constant("map_shape", [-1L, grid.Height, grid.Width], 3)], DetectionGraph.Map);
        graph.Node("ReduceMax", [map], DetectionGraph.Score, ("axes", [-1L]), ("keepdims", 0L));
        return graph.ToModel();
    }
}
