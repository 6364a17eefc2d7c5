using DxmiMlNet.Diffusion;

using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Densities;

/// <summary>
/// Two spirals of one and a half turns, each the other turned by half a turn: the points ±(-cos n, sin n) n / 3 with n = 3 pi sqrt(u),
/// u uniform in [0, 1], and Gaussian noise of standard deviation 0.1 (after Grathwohl et al. 2019, FFJORD, without its uniform shift, which
/// only widens the arms).
/// </summary>
public sealed class TwoSpirals : Density
{
    /// <summary>Standard deviation of the noise in each direction.</summary>
    public const double Deviation = 0.1;

    // Kernels an arm, 0.015 apart: at a seventh of the deviation the sum is the integral to single precision.
    private const int Kernels = 1000;
    private const int BlockRows = 1000;

    /// <inheritdoc/>
    public override string Name => "2spirals";

    /// <inheritdoc/>
    public override int Modes => 2;

    /// <inheritdoc/>
    public override Tensor Sample(int count, Generator generator)
    {
        using var scope = NewDisposeScope();
        var arm = Arm(rand(count, generator: generator));
        var side = randint(0, 2, [count, 1], generator: generator).to(ScalarType.Float32).Times(-2).Plus(1);   // 1 or -1
        return (arm * side).Plus(randn(count, 2, generator: generator).Times(Deviation)).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// ln p(x) of p(x) = 1/2 sum over both arms of the integral of N(x; arm(u), 0.1^2 I) du, by the midpoint rule with 1000 kernels an arm.
    /// </summary>
    public override Tensor LogDensity(Tensor x)
    {
        using var scope = NewDisposeScope();
        var ridge = Ridge();
        return ByBlock(x, rows => SquaredDistances(rows, ridge).Times(-0.5 / (Deviation * Deviation)).logsumexp(1)
            .Plus(-Math.Log(2 * Kernels * 2 * Math.PI * Deviation * Deviation))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor ModeOf(Tensor x)
    {
        using var scope = NewDisposeScope();
        var ridge = Ridge();
        return ByBlock(x, rows => SquaredDistances(rows, ridge).argmin(1).ge(tensor((long)Kernels)).to(ScalarType.Int64)).MoveToOuterDisposeScope();
    }

    // The first arm at u: [K] to [K, 2].
    private static Tensor Arm(Tensor u)
    {
        var n = u.sqrt().Times(3 * Math.PI);
        return stack([(n.cos() * n).Times(-1.0 / 3), (n.sin() * n).Times(1.0 / 3)], 1);
    }

    // The middles of the kernels of both arms, [2 K, 2].
    private static Tensor Ridge()
    {
        var arm = Arm(arange(Kernels, dtype: ScalarType.Float32).Plus(0.5).Times(1.0 / Kernels));
        return cat([arm, arm.neg()]);
    }

    private static Tensor SquaredDistances(Tensor x, Tensor ridge) => x.unsqueeze(1).Minus(ridge).Squared().sum([-1L]);

    private static Tensor ByBlock(Tensor x, Func<Tensor, Tensor> of)
    {
        using var scope = NewDisposeScope();
        return cat(x.split(BlockRows).Select(rows =>
        {
            using var inner = NewDisposeScope();
            return of(rows).MoveToOuterDisposeScope();
        }).ToArray()).MoveToOuterDisposeScope();
    }
}
