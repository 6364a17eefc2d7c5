using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Tests.Training;

/// <summary>Data to learn from: eight Gaussians of equal weight on a circle in the plane.</summary>
internal static class Ring
{
    /// <summary>Points, [n, 2].</summary>
    public static Tensor Sample(int count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var angle = randint(0, 8, [count], generator: generator).to(ScalarType.Float32) * (float)(Math.PI / 4);
        var centre = stack([angle.cos(), angle.sin()], 1) * (float)(4 / Math.Sqrt(2));
        return (centre + randn(count, 2, generator: generator) * (float)(0.5 / Math.Sqrt(2))).MoveToOuterDisposeScope();
    }
}
