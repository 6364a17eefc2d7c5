using DxmiMlNet.Diffusion;

using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Densities;

/// <summary>
/// Eight Gaussians of equal weight on a circle of radius 4 / sqrt 2, with standard deviation 0.5 / sqrt 2 (Grathwohl et al. 2019, FFJORD).
/// </summary>
public sealed class EightGaussians : Density
{
    /// <summary>Distance of the centres from the origin.</summary>
    public static readonly double Radius = 4 / Math.Sqrt(2);

    /// <summary>Standard deviation of a Gaussian in each direction.</summary>
    public static readonly double Deviation = 0.5 / Math.Sqrt(2);

    /// <inheritdoc/>
    public override string Name => "8gaussians";

    /// <inheritdoc/>
    public override int Modes => 8;

    /// <inheritdoc/>
    public override Tensor Sample(int count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var mode = randint(0, Modes, [count], generator: generator);
        return Centres().index_select(0, mode).Plus(randn(count, 2, generator: generator).Times(Deviation)).MoveToOuterDisposeScope();
    }

    /// <summary>ln p(x) = logsumexp_k(-|x - c_k|^2 / (2 s^2)) - ln(8 2 pi s^2).</summary>
    public override Tensor LogDensity(Tensor x)
    {
        using var scope = NewDisposeScope();
        return SquaredDistances(x).Times(-0.5 / (Deviation * Deviation)).logsumexp(1)
            .Plus(-Math.Log(Modes * 2 * Math.PI * Deviation * Deviation)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor ModeOf(Tensor x)
    {
        using var scope = NewDisposeScope();
        return SquaredDistances(x).argmin(1).MoveToOuterDisposeScope();
    }

    // [B, 8]
    private static Tensor SquaredDistances(Tensor x) => x.unsqueeze(1).Minus(Centres()).Squared().sum([-1L]);

    // [8, 2], counter-clockwise from the positive first axis
    private static Tensor Centres() => tensor(
        [.. Enumerable.Range(0, 8).SelectMany(k => new[] { (float)(Radius * Math.Cos(k * Math.PI / 4)), (float)(Radius * Math.Sin(k * Math.PI / 4)) })], [8, 2]);
}
