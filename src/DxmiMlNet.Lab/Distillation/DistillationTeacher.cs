using DxmiMlNet.Features.Backbones;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>A frozen network whose intermediate tensors the backbone learns to predict.</summary>
/// <param name="ModelPath">An ONNX file with a float input [N, 3, H, W] of free N, H and W.</param>
/// <param name="Input">The name of that input.</param>
/// <param name="Taps">The tensors at strides 4, 8 and 16, in this order; outputs of the file.</param>
/// <param name="Mean">Mean of R, G, B in 0..1 that the teacher's input subtracts.</param>
/// <param name="Deviation">What it then divides by, R, G, B.</param>
public sealed record DistillationTeacher(
    string ModelPath,
    string Input,
    IReadOnlyList<string> Taps,
    IReadOnlyList<float> Mean,
    IReadOnlyList<float> Deviation)
{
    /// <summary>A torchvision ResNet trunk that hands out layer1, layer2 and layer3.</summary>
    /// <param name="modelPath">The ONNX file.</param>
    public static DistillationTeacher ResNet(string modelPath)
        => new(modelPath, "image", ["layer1", "layer2", "layer3"], [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>
    /// The teacher that a description describes: its input is (byte * scale - mean) / std, which is, with a byte b = 255 x,
    /// (x - mean / (255 scale)) / (std / (255 scale)).
    /// </summary>
    /// <param name="description">A backbone that takes RGB.</param>
    /// <param name="taps">Outputs of the model of strides 4, 8 and 16, in this order; null takes the description's, which must then have these.</param>
    /// <exception cref="DxmiException">The description is not of RGB, or has not these taps and none are given.</exception>
    public static DistillationTeacher From(BackboneDescription description, IReadOnlyList<string>? taps = null)
    {
        string what = $"The teacher '{description.Name}'";
        var input = description.Input;
        if (input.ChannelOrder != ChannelOrder.Rgb)
            throw new DxmiException($"{what} takes {input.ChannelOrder.ToString().ToUpperInvariant()} images.", "A teacher that takes RGB was expected.",
                "Export it again for RGB, or choose another.");
        if (taps is null)
        {
            var described = description.Taps.OrderBy(t => t.Stride).ToArray();
            if (!described.Select(t => t.Stride).SequenceEqual([4, 8, 16]))
                throw new DxmiException($"{what} has taps of strides {string.Join(", ", described.Select(t => t.Stride))}.",
                    "Three taps, of strides 4, 8 and 16, were expected.", "Name the tensors: --teacher-taps layer1,layer2,layer3.");
            taps = [.. described.Select(t => t.Tensor)];
        }
        if (taps.Count != 3)
            throw new DxmiException($"{what} is given {taps.Count} taps: {string.Join(", ", taps)}.", "Three taps, of strides 4, 8 and 16, were expected.",
                "Name one tensor a stride.");
        double unit = 255 * input.Scale;
        return new DistillationTeacher(description.ModelPath, input.Name, taps,
            [.. input.Mean.Select(m => (float)(m / unit))], [.. input.Std.Select(d => (float)(d / unit))]);
    }
}
