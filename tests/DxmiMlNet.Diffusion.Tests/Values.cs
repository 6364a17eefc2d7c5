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

    /// <summary>Eight Gaussians on a circle of radius 4 / sqrt 2, standard deviation 0.5 / sqrt 2.</summary>
    public static torch.Tensor EightGaussians(int count, torch.Generator generator)
    {
        using var scope = torch.NewDisposeScope();
        var angle = torch.randint(0, 8, [count], generator: generator).to(torch.ScalarType.Float32) * (Math.PI / 4);
        var centre = torch.stack([angle.cos(), angle.sin()], 1) * (4 / Math.Sqrt(2));
        return (centre + torch.randn(count, 2, generator: generator) * (0.5 / Math.Sqrt(2))).MoveToOuterDisposeScope();
    }
}
