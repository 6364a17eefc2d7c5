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
    public static byte[] Write(int height, int width, PatchProjection projection, PatchWhitening whitening, Energy energy, int pooledPatches, bool ignores)
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

    // [M, K] to [M, 1]
    private static string EnergyOf(OnnxGraph graph, string z, Energy energy) => energy switch
    {
        FreeEnergy free => Perceptron(graph, z, free.Network, free.Parameters),
        AnchoredEnergy anchored => graph.Node("Add",
        [
            graph.Node("Mul", [Distance(graph, z, anchored.Mixture), graph.Constant("anchor", [anchored.Anchor.item<float>()], 1)]),
            Perceptron(graph, z, anchored.Network, anchored.Parameters),
        ]),
        AutoencoderEnergy auto => MeanSquare(graph, graph.Node("Sub",
            [z, Perceptron(graph, graph.Node("Tanh", [Perceptron(graph, z, auto.Encoder, auto.Parameters)]), auto.Decoder, auto.Parameters)])),
        _ => throw new NotSupportedException($"An energy of type {energy.GetType().Name} cannot be exported. Expected a free, anchored or autoencoder energy. Choose one of them."),
    };

    // What anchors the energy, [M, K] to [M, 1]; see AnchoredEnergy.
    private static string Distance(OnnxGraph graph, string z, GaussianMixture? mixture)
    {
        if (mixture is null)
            return MeanSquare(graph, z);
        int gaussians = mixture.Components, dimension = mixture.Dimension;
        var y = graph.Reshape(graph.Node("MatMul", [z, graph.Constant("mixture_transform", Values(mixture.Transform), dimension, gaussians * dimension)]),
            -1, gaussians, dimension);
        y = graph.Node("Sub", [y, graph.Constant("mixture_centre", Values(mixture.Centre), gaussians, dimension)]);
        var parts = graph.Reshape(MeanSquare(graph, y), -1, gaussians);
        parts = graph.Node("Mul", [parts, graph.Constant("mixture_half", [-0.5f * dimension], 1)]);
        parts = graph.Node("Add", [parts, graph.Constant("mixture_offset", Values(mixture.Offset), gaussians)]);
        // log sum exp by hand, with the largest taken out: exp of a far patch's parts is 0 in single precision.
        var largest = graph.Node("ReduceMax", [parts], ("axes", [-1L]), ("keepdims", 1L));
        var sum = graph.Node("ReduceSum", [graph.Node("Exp", [graph.Node("Sub", [parts, largest])]), graph.Constant("axes", [-1L], 1)], ("keepdims", 1L));
        var density = graph.Node("Add", [largest, graph.Node("Log", [sum])]);
        return graph.Node("Mul", [density, graph.Constant("mixture_scale", [-2f / dimension], 1)]);

        static float[] Values(TorchSharp.torch.Tensor tensor) => tensor.cpu().data<float>().ToArray();
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
                [x, graph.Constant("weight", weight.cpu().data<float>().ToArray(), weight.shape), graph.Constant("bias", bias.cpu().data<float>().ToArray(), bias.shape)],
                ("transB", 1L));
        }
        return x;
    }
}
