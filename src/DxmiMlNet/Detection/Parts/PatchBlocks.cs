using DxmiMlNet.Diffusion;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Parts;

/// <summary>Many patches, each with the statistics of its own position: in blocks, because the transforms are gathered by patch.</summary>
internal static class PatchBlocks
{
    private const long Size = 4096;

    /// <summary>Takes patches [N, K] and their positions [N] block by block; what is made of a block is disposed of.</summary>
    public static void ForEach(Tensor patches, Tensor positions, Action<Tensor, Tensor> take)
    {
        for (long start = 0; start < patches.shape[0]; start += Size)
        {
            using var scope = NewDisposeScope();
            long rows = Math.Min(Size, patches.shape[0] - start);
            take(patches.narrow(0, start, rows), positions.narrow(0, start, rows));
        }
    }

    /// <summary>(y - mean_p) transform_p for patches [B, K] at positions [B], with mean [P, K] and transform [P, K, K].</summary>
    public static Tensor Whitened(Tensor patches, Tensor positions, Tensor mean, Tensor transform)
        => patches.Minus(mean.index_select(0, positions)).unsqueeze(1).bmm(transform.index_select(0, positions)).squeeze(1);
}
