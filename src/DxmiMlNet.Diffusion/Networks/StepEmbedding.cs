using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>
/// The sine-cosine embedding of a step (Vaswani et al. 2017, as DDPM uses it): frequencies fall geometrically from 1 to 1/10000.
/// </summary>
public static class StepEmbedding
{
    /// <summary>The embeddings of steps 0 to steps - 1, [steps, size]; the first half of a row are sines, the second cosines.</summary>
    /// <param name="steps">Number of steps, 1 or more. Steps are spread over 0..1000, so that few of them differ clearly.</param>
    /// <param name="size">Embedding size, even.</param>
    public static Tensor Table(int steps, int size)
    {
        using var scope = NewDisposeScope();
        var position = arange(steps, dtype: ScalarType.Float32).unsqueeze(1) * (1000.0 / steps);                            // [steps, 1]
        var frequency = (arange(size / 2, dtype: ScalarType.Float32) * (-Math.Log(10000) / Math.Max(1, size / 2 - 1))).exp();  // [size / 2]
        var angle = position * frequency;
        return cat([angle.sin(), angle.cos()], 1).MoveToOuterDisposeScope();
    }
}
