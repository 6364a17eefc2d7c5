using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Detection.Dxmi.Sampling;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Detection.Dxmi;

/// <summary>
/// Writes a fitted detector as an ONNX graph, see <see cref="DetectionGraph"/>. Projection, whitening, energy and pooling in one graph: scoring
/// needs no libtorch.
/// </summary>
internal static class DxmiGraph
{
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="projection">Principal components, [C] to [K].</param>
    /// <param name="whitening">Whitening by position.</param>
    /// <param name="energy">The energy of a whitened patch.</param>
    /// <param name="pooledPatches">The score is the mean of this many highest patch energies.</param>
    /// <param name="ignores">Whether patches can be ignored.</param>
    public static byte[] Write(int height, int width, PatchProjection projection, PatchWhitening whitening, AnchoredEnergy energy, int pooledPatches, bool ignores)
    {
        int positions = height * width, components = projection.Components;
        var grid = (height, width, projection.Channels);
        var graph = DetectionGraph.Begin("dxmi", grid, ignores);
        var x = graph.Reshape(DetectionGraph.Input, -1, positions, projection.Channels);
        x = graph.Node("Sub", [x, graph.Constant("mean", projection.Mean, projection.Channels)]);
        x = graph.Node("Mul", [x, graph.Constant("scale", projection.Scale, projection.Channels)]);
        x = graph.Node("MatMul", [x, graph.Constant("basis", projection.Basis, projection.Channels, components)]);                      // [N, P, K]
        x = graph.Node("Sub", [x, graph.Constant("position_mean", whitening.Mean, positions, components)]);
        x = graph.Reshape(x, -1, positions, 1, components);
        x = graph.Node("MatMul", [x, graph.Constant("whitening", whitening.Transform, positions, components, components)]);             // [N, P, 1, K]
        var z = graph.Reshape(x, -1, components);                                                                                      // [N P, K]
        var map = graph.Reshape(EnergyOf(graph, z, energy), -1, positions);                                                            // [N, P]
        DetectionGraph.GiveMeanOfHighest(graph, DetectionGraph.GiveMap(graph, map, grid, ignores), pooledPatches, ignores);
        return graph.ToModel();
    }

    // a d(z) + g(z), [M, K] to [M, 1]; see AnchoredEnergy.
    private static string EnergyOf(OnnxGraph graph, string z, AnchoredEnergy energy)
        => graph.Node("Add",
        [
            graph.Node("Mul", [Distance(graph, z, energy.Gaussian), graph.Constant("anchor", [energy.Anchor.item<float>()], 1)]),
            Perceptron(graph, z, energy.Network, energy.Parameters),
        ]);

    private static string Distance(OnnxGraph graph, string z, Gaussian? gaussian)
    {
        if (gaussian is null)
            return MeanSquare(graph, z);
        int dimension = gaussian.Dimension;
        var y = graph.Node("MatMul", [z, graph.Constant("gaussian_transform", Values(gaussian.Transform), dimension, dimension)]);
        y = graph.Node("Sub", [y, graph.Constant("gaussian_centre", Values(gaussian.Centre), dimension)]);
        return graph.Node("Add", [MeanSquare(graph, y), graph.Constant("gaussian_offset", [(float)gaussian.Offset], 1)]);
    }

    private static string MeanSquare(OnnxGraph graph, string x)
        => graph.Node("ReduceMean", [graph.Node("Mul", [x, x])], ("axes", [-1L]), ("keepdims", 1L));

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
