using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>A tap's values for a batch.</summary>
/// <param name="Values">[B, C, H, W], row major.</param>
/// <param name="Shape">Those four sizes.</param>
internal sealed record TapValues(float[] Values, long[] Shape);

/// <summary>A batch of crops, normalised for the backbone, with the teacher's taps of the same crops.</summary>
/// <param name="Crops">[B, 3, S, S] as <see cref="InputNormalisation"/> says.</param>
/// <param name="Taps">The teacher's taps of strides 4, 8 and 16.</param>
internal sealed record CropBatch(float[] Crops, TapValues[] Taps)
{
    /// <summary>The crops as a tensor [B, 3, S, S].</summary>
    public Tensor ToTensor(int side, Device device)
        => tensor(Crops, [Crops.Length / (3 * side * side), 3, side, side], device: device);
}
