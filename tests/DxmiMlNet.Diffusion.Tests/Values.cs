using TorchSharp;

namespace DxmiMlNet.Diffusion.Tests;

/// <summary>Reads and compares tensors in assertions.</summary>
internal static class Values
{
    public static float[] Of(torch.Tensor tensor) => [.. tensor.detach().cpu().reshape(-1).data<float>()];

    public static void AreClose(float[] expected, torch.Tensor actual, double tolerance = 1e-5)
    {
        var values = Of(actual);
        Assert.HasCount(expected.Length, values);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], values[i], tolerance, $"at {i}");
    }
}
