using DxmiMlNet.Detection.Dxmi.Sampling;
using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Detection.Dxmi;

/// <summary>
/// Writes a fitted detector as an ONNX graph, see <see cref="DetectionGraph"/>. Projection, whitening, bank, energy and pooling in one graph: scoring
/// needs no libtorch.
/// </summary>
internal static class DxmiGraph
{
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="space">The way from features to components and to whitened patches.</param>
    /// <param name="bank">Patches that stand for all normal ones.</param>
    /// <param name="energy">The energy of a whitened patch whose learned part is used; null for the anchor alone.</param>
    /// <param name="maps">How the maps are brought to scale, summed and pooled.</param>
    /// <param name="ignores">Whether patches can be ignored.</param>
    public static byte[] Write(int height, int width, PatchSpace space, PatchBank bank, AnchoredEnergy? energy, FittedMaps maps, bool ignores)
    {
        int positions = height * width, k = space.Components;
        var grid = (height, width, space.Channels);
        var graph = DetectionGraph.Begin("dxmi", grid, ignores);
        var y = space.AddComponents(graph, graph.Reshape(DetectionGraph.Input, -1, positions, space.Channels));   // [N, P, K]
        var z = space.AddWhitened(graph, y);                                                                      // [N P, K]
        var near = BankMap(graph, graph.Reshape(y, -1, k), bank);
        var map = DetectionGraph.AddScaled(graph,
            (graph.Reshape(EnergyMap(graph, z, energy), -1, positions), maps.Energy, 1),
            (graph.Reshape(near, -1, positions), maps.Bank, maps.BankWeight));                                    // [N, P]
        DetectionGraph.GiveScore(graph, DetectionGraph.GiveMap(graph, map, grid, ignores), maps.Score, ignores);
        return graph.ToModel();
    }

    // The distance to the nearest patch of the bank, [M, K] to [M, 1].
    private static string BankMap(OnnxGraph graph, string y, PatchBank bank)
    {
        var distance = new BankDistance(graph, bank.Patches, bank.Factor.Length);
        var b = distance.Centred(graph.Node("Mul", [y, graph.Constant("half_whitening", bank.Factor, bank.Factor.Length)]));
        return distance.Root(distance.Lowest(distance.Brackets(b)), distance.Squares(b));
    }

    // |z| / sqrt(K) + g(z) / (2 a), [M, K] to [M, 1]; see LearnedPart.
    private static string EnergyMap(OnnxGraph graph, string z, AnchoredEnergy? energy)
    {
        var anchor = graph.Node("Sqrt", [graph.Node("ReduceMean", [graph.Node("Mul", [z, z])], ("axes", [-1L]), ("keepdims", 1L))]);
        if (energy is null)
            return anchor;
        float weight = 0.5f / energy.Anchor.item<float>();
        return graph.Node("Add", [anchor, graph.Node("Mul", [Perceptron(graph, z, energy.Network, energy.Parameters), graph.Constant("weight_of_g", [weight], 1)])]);
    }

    private static string Perceptron(OnnxGraph graph, string x, Mlp network, FlatParameters parameters)
    {
        for (int i = 0; i < network.Depth; i++)
        {
            if (i > 0)
                x = graph.Node("Mul", [x, graph.Node("Sigmoid", [x])]);   // SiLU
            var (weight, bias) = network.Layer(parameters, i);
            x = graph.Node("Gemm",
                [x, graph.Constant("weight", Values(weight), weight.shape), graph.Constant("bias", Values(bias), bias.shape)],
                ("transB", 1L));
        }
        return x;
    }

    private static float[] Values(TorchSharp.torch.Tensor tensor) => tensor.cpu().data<float>().ToArray();
}
