using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>
/// The sine-cosine embedding of a step (Vaswani et al. 2017, as DDPM uses it): frequencies fall geometrically from 1 to 1/10000.
/// </summary>
public static class StepEmbedding
{
    /// <summary>The scale of positions, 0 to 1000: far enough apart that few steps differ clearly.</summary>
    public const double Scale = 1000;

    /// <summary>The positions of steps 0 to steps - 1, spread evenly over the scale: 0, 1000 / steps, and so on.</summary>
    public static double[] Evenly(int steps) => [.. Enumerable.Range(0, steps).Select(t => Scale * t / steps)];

    /// <summary>The embeddings of positions, [steps, size]; the first half of a row are sines, the second cosines.</summary>
    /// <param name="positions">Positions on the scale, by step.</param>
    /// <param name="size">Embedding size, even.</param>
    public static Tensor Table(IReadOnlyList<double> positions, int size)
    {
        using var scope = NewDisposeScope();
        return Of(tensor([.. positions.Select(p => (float)p)]), size).MoveToOuterDisposeScope();
    }

    /// <summary>The embedding of one position, without tensors, [size].</summary>
    /// <param name="position">A position on the scale.</param>
    /// <param name="size">Embedding size, even.</param>
    public static double[] Of(double position, int size)
    {
        int half = size / 2;
        double[] angles = [.. Enumerable.Range(0, half).Select(i => position * Math.Exp(-Math.Log(10000) * i / Math.Max(1, half - 1)))];
        return [.. angles.Select(Math.Sin), .. angles.Select(Math.Cos)];
    }

    /// <summary>The embeddings of positions that are computed, [B] to [B, size].</summary>
    internal static Tensor Of(Tensor positions, int size)
    {
        var frequency = (arange(size / 2, dtype: ScalarType.Float32, device: positions.device).Times(-Math.Log(10000) / Math.Max(1, size / 2 - 1))).exp();  // [size / 2]
        var angle = positions.unsqueeze(1) * frequency;
        return cat([angle.sin(), angle.cos()], 1);
    }
}
