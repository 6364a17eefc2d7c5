using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Diffusion;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Dxmi;

/// <summary>
/// Few patches that stand for all normal ones by coverage: chosen greedily, so that a rare normal patch has a near one, too. Distances are those of
/// half-whitened components, b = y sqrt(spread): between the raw ones, where the largest count alone, and the whitened ones, where noise does.
/// </summary>
/// <param name="Patches">b of the memorised patches, [M, K].</param>
/// <param name="Blocks">Block of rows that each comes from, see <see cref="RowBlocks"/>.</param>
/// <param name="Factor">sqrt(spread) of the components, [K].</param>
internal sealed record PatchBank(float[] Patches, int[] Blocks, float[] Factor)
{
    private int Components => Factor.Length;

    /// <summary>Chooses patches of a sample.</summary>
    /// <param name="components">y of the sample, [N, K].</param>
    /// <param name="blockOf">Block of rows of each.</param>
    /// <param name="projection">Where the components come from.</param>
    /// <param name="size">M, at most N.</param>
    /// <param name="seed">Draws the first.</param>
    /// <param name="threads">How many may work.</param>
    /// <param name="onChosen">Told how many are chosen; may throw to stop.</param>
    public static PatchBank Choose(float[] components, Func<int, int> blockOf, PatchProjection projection, int size, int seed, int threads, Action<int> onChosen)
    {
        int k = projection.Components, n = components.Length / k;
        var factor = Array.ConvertAll(projection.Spread, MathF.Sqrt);
        var points = new float[components.Length];
        for (int i = 0; i < points.Length; i++)
            points[i] = components[i] * factor[i % k];
        int[] chosen = Coreset.Choose(points, k, Math.Min(size, n), new Random(seed).Next(n), threads, onChosen);
        var patches = new float[chosen.Length * k];
        for (int m = 0; m < chosen.Length; m++)
            points.AsSpan(chosen[m] * k, k).CopyTo(patches.AsSpan(m * k));
        return new PatchBank(patches, Array.ConvertAll(chosen, i => blockOf(i)), factor);
    }

    /// <summary>Opens the bank for computing with libtorch.</summary>
    public Search Open() => new(this);

    /// <summary>Distances to a bank by libtorch; tensors live in the caller's dispose scope.</summary>
    internal sealed class Search
    {
        private readonly Tensor _transposed, _factor;
        private readonly Tensor _squares;      // [1, M]
        private readonly Tensor[] _without;    // the same, with a block's members out of reach

        public Search(PatchBank bank)
        {
            int size = bank.Blocks.Length;
            var patches = tensor(bank.Patches, [size, bank.Components]);
            _factor = tensor(bank.Factor);
            _transposed = patches.t().contiguous();
            _squares = patches.Squared().sum([1L]).unsqueeze(0);
            _without = [.. Enumerable.Range(0, RowBlocks.Count).Select(block => bank.Blocks.All(b => b == block) ? _squares
                : _squares.Plus(tensor(Array.ConvertAll(bank.Blocks, b => b == block ? 1e30f : 0))))];
        }

        /// <summary>The distance of components [N, K] to the nearest of the patches that do not come from a block, [N].</summary>
        public Tensor Distances(Tensor components, int withoutBlock)
        {
            var b = components * _factor;
            return Brackets(b, _without[withoutBlock]).amin([1L]).Plus(b.Squared().sum([1L])).clamp_min(0).sqrt();
        }

        /// <summary>Which of the patches is nearest to components [N, K].</summary>
        public Tensor Nearest(Tensor components) => Brackets(components * _factor, _squares).argmin(1);

        private Tensor Brackets(Tensor b, Tensor squares) => squares.Minus(b.mm(_transposed).Times(2));
    }
}
