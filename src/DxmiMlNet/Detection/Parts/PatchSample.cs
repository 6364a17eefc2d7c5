using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Parts;

/// <summary>A uniform sample of the projected patches of all rows, from which whitening is chosen and on which a detector is trained.</summary>
/// <param name="Patches">[N, K].</param>
/// <param name="Positions">Position of each on the grid.</param>
/// <param name="IsHeldBack">Whether each comes from a row that was held back, see <see cref="RowBlocks"/>.</param>
internal sealed record PatchSample(Tensor Patches, long[] Positions, bool[] IsHeldBack)
{
    /// <summary>The patches that were held back, with their positions.</summary>
    public (Tensor Patches, Tensor Positions) HeldBack()
    {
        long[] chosen = [.. Enumerable.Range(0, Positions.Length).Where(i => IsHeldBack[i]).Select(i => (long)i)];
        return (Patches.index_select(0, tensor(chosen)), tensor([.. chosen.Select(i => Positions[i])]));
    }

    /// <summary>Whitens the patches in place, block by block: the transforms are gathered by patch.</summary>
    public void Whiten(PatchWhitening whitening)
    {
        using var scope = NewDisposeScope();
        var (mean, transform) = whitening.ToTensors();
        var positions = tensor(Positions);
        PatchBlocks.ForEach(Patches, positions, (block, at) => block.copy_(PatchBlocks.Whitened(block, at, mean, transform)));
    }
}
