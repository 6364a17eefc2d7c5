namespace DxmiMlNet.Features.Distillation;

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
}
