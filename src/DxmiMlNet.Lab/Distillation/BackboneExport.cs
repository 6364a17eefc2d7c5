using DxmiMlNet.Onnx;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>Writes a trained backbone as an ONNX file: input `image` [N, 3, H, W], outputs `stride4`, `stride8`, `stride16`, any size.</summary>
internal static class BackboneExport
{
    /// <param name="backbone">The network; its batch norms are folded as in evaluation mode.</param>
    /// <param name="half">Whether weights are stored in 16 bits; biases and all arithmetic stay in 32.</param>
    /// <param name="maps">One matrix [C, C] a tap, row major, that is applied to its channels; null for the taps as they are.</param>
    public static byte[] ToOnnx(InspectionBackbone backbone, bool half, float[][]? maps = null)
    {
        var graph = new OnnxGraph("InspectionBackbone");
        graph.Input("image", OnnxType.Float, -1, 3, -1, -1);
        var x = "image";
        int unit = 0, tap = 0, stride = 4;
        foreach (var block in backbone.Architecture.Blocks())
        {
            var y = x;
            foreach (var _ in block.Convolutions)
                y = Convolution(graph, y, backbone.Units[unit++], half);
            if (block.Residual)
                y = graph.Node("Add", [y, x]);
            if (block.Tap)
            {
                int channels = block.Convolutions[^1].Out;
                if (maps is null)
                    graph.Node("Identity", [y], $"stride{stride}");
                else
                    graph.Node("Conv", [y, Weights(graph, maps[tap], half, channels, channels, 1, 1)], $"stride{stride}", ("kernel_shape", [1, 1]));
                graph.Output($"stride{stride}", OnnxType.Float, -1, channels, -1, -1);
                (tap, stride) = (tap + 1, stride * 2);
            }
            x = y;
        }
        return graph.ToModel();
    }

    private static string Convolution(OnnxGraph graph, string input, ConvolutionUnit unit, bool half)
    {
        var shape = unit.Shape;
        var (weights, bias) = unit.Folded();
        var w = Weights(graph, weights, half, shape.Out, shape.In / shape.Groups, shape.Kernel, shape.Kernel);
        var b = graph.Constant("bias", bias, shape.Out);
        long k = shape.Kernel, s = shape.Stride, p = k / 2;
        var output = graph.Node("Conv", [input, w, b],
            ("kernel_shape", [k, k]), ("strides", [s, s]), ("pads", [p, p, p, p]), ("group", (long)shape.Groups));
        return shape.Relu ? graph.Node("Relu", [output]) : output;
    }

    private static string Weights(OnnxGraph graph, float[] weights, bool half, params long[] dims)
        => half ? graph.HalfConstant("weight", weights, dims) : graph.Constant("weight", weights, dims);
}
