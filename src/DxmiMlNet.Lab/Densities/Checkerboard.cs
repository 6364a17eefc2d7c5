using DxmiMlNet.Diffusion;

using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Densities;

/// <summary>
/// The uniform density on eight of the sixteen squares of side 2 of [-4, 4]^2, those whose column and row numbers add to an even number
/// (Grathwohl et al. 2019, FFJORD).
/// </summary>
public sealed class Checkerboard : Density
{
    /// <inheritdoc/>
    public override string Name => "checkerboard";

    /// <inheritdoc/>
    public override int Modes => 8;

    /// <inheritdoc/>
    public override Tensor Sample(int count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var square = randint(0, Modes, [count], generator: generator);
        var corner = Centres().index_select(0, square).Plus(-1);
        return corner.Plus(rand(count, 2, generator: generator).Times(2)).MoveToOuterDisposeScope();
    }

    /// <summary>ln(1 / 32) on the eight squares, minus infinity elsewhere.</summary>
    public override Tensor LogDensity(Tensor x)
    {
        using var scope = NewDisposeScope();
        // Inside a square is who is at most 1 from its centre along both axes.
        var inside = x.unsqueeze(1).Minus(Centres()).abs().amax([-1L]).amin([1L]).le(ScalarArithmetic.One);
        return where(inside, full_like(inside, (float)-Math.Log(32), ScalarType.Float32), full_like(inside, float.NegativeInfinity, ScalarType.Float32))
            .MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor ModeOf(Tensor x)
    {
        using var scope = NewDisposeScope();
        return x.unsqueeze(1).Minus(Centres()).abs().amax([-1L]).argmin(1).MoveToOuterDisposeScope();
    }

    // [8, 2], column by column from below
    private static Tensor Centres() => tensor(
        [.. from column in Enumerable.Range(0, 4) from row in Enumerable.Range(0, 4) where (column + row) % 2 == 0 from value in new[] { 2f * column - 3, 2f * row - 3 } select value],
        [8, 2]);
}
