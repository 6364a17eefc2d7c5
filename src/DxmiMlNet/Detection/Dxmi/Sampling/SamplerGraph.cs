using DxmiMlNet.Onnx;

namespace DxmiMlNet.Detection.Dxmi.Sampling;

/// <summary>Writes a sampler as ONNX graphs, its steps unrolled; N is free, P positions, C channels, K components, T steps.</summary>
internal static class SamplerGraph
{
    public const string Noise = "Noise", Sample = "Sample", Features = "Features", Nearest = "NearestNormal", Map = "NearestNormalMap", Score = "NearestNormalScore";

    /// <summary>
    /// Noise [N, P, T + 1, K], z_0 and the noise of every step, to Sample [N, P, C]: z_{t+1} = mu(z_t, t) + sigma_t noise_{t+1}, then back to features.
    /// </summary>
    public static byte[] Samples(DxmiSampler sampler)
    {
        var (network, space) = (sampler.Network, sampler.Space);
        int steps = network.Steps;
        var graph = new OnnxGraph("dxmi_sampler");
        graph.Input(Noise, OnnxType.Float, -1, space.Positions, steps + 1, network.Components);
        graph.Output(Sample, OnnxType.Float, -1, space.Positions, space.Channels);
        var noise = graph.Reshape(Noise, -1, steps + 1, network.Components);   // [M, T + 1, K]
        var mean = network.AddTo(graph);
        var z = Drawn(0);
        for (int t = 0; t < steps; t++)
            z = graph.Node("Add", [mean(z, t), graph.Node("Mul", [Drawn(t + 1), graph.Constant("sigma", [network.Sigma[t]], 1)])]);
        graph.Node("Identity", [space.AddFeatures(graph, z)], Sample);
        return graph.ToModel();

        // [M, K]
        string Drawn(int index) => graph.Node("Gather", [noise, graph.Constant("index", [(long)index])], ("axis", 1L));
    }

    /// <summary>
    /// Features [N, P, C] to NearestNormal [N, P, C], NearestNormalMap [N, P] and NearestNormalScore [N]. Whitened patches are brought to the signal
    /// of a step, z_s = sqrt(abar) z, and the means of the other steps follow. The map is the root mean square of the move in whitened space.
    /// </summary>
    /// <param name="sampler">The sampler.</param>
    /// <param name="start">The step s to start at, 0..T-1.</param>
    /// <param name="pooledPatches">The score is the mean of this many highest values of the map.</param>
    public static byte[] NearestNormal(DxmiSampler sampler, int start, int pooledPatches)
    {
        var (network, space) = (sampler.Network, sampler.Space);
        var graph = new OnnxGraph("dxmi_nearest_normal");
        graph.Input(Features, OnnxType.Float, -1, space.Positions, space.Channels);
        graph.Output(Nearest, OnnxType.Float, -1, space.Positions, space.Channels);
        graph.Output(Map, OnnxType.Float, -1, space.Positions);
        graph.Output(Score, OnnxType.Float, -1);
        var mean = network.AddTo(graph);
        var own = space.AddWhitened(graph, space.AddComponents(graph, Features));   // [M, K]
        var z = graph.Node("Mul", [own, graph.Constant("signal", [MathF.Sqrt(network.Signal[start])], 1)]);
        for (int t = start; t < network.Steps; t++)
            z = mean(z, t);
        var move = graph.Node("Sub", [z, own]);
        graph.Node("Add", [Features, space.AddMove(graph, move)], Nearest);
        var distance = graph.Node("Sqrt", [graph.Node("ReduceMean", [graph.Node("Mul", [move, move])], ("axes", [-1L]), ("keepdims", 1L))]);
        graph.Node("Reshape", [distance, graph.Constant("map_shape", [-1L, space.Positions], 2)], Map);
        graph.Node("ReduceMean", [graph.TopK(Map, pooledPatches)], Score, ("axes", [-1L]), ("keepdims", 0L));
        return graph.ToModel();
    }
}
