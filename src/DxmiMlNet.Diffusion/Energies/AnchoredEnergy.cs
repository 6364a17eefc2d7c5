using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Energies;

/// <summary>
/// A Gaussian-anchored energy for whitened samples: E(x) = a mean(x^2) + g(x), with a = floor + softplus(raw) and a perceptron g that
/// starts at zero. It starts as the energy of a Gaussian, and far from the data it grows whatever was learned: g grows linearly at most.
/// </summary>
public sealed class AnchoredEnergy : Energy
{
    /// <summary>The least value of a: training may not give the anchor up.</summary>
    public const double LeastAnchor = 0.05;

    private const double FirstAnchor = 0.5;   // a standard Gaussian's energy per dimension

    private readonly int _raw;

    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="hidden">Hidden layer sizes of g.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    public AnchoredEnergy(int dimension, int[] hidden, Generator generator, Device device)
    {
        var layout = new FlatParameters.Layout();
        Network = new Mlp(layout, [dimension, .. hidden, 1], zeroOutput: true);
        _raw = layout.Add(0, Math.Log(Math.Exp(FirstAnchor - LeastAnchor) - 1), 1);   // the inverse of softplus
        Parameters = layout.Build(generator, device);
        Dimension = dimension;
    }

    /// <summary>g.</summary>
    public Mlp Network { get; }

    /// <summary>The anchor's weight a, a scalar tensor above <see cref="LeastAnchor"/>.</summary>
    public Tensor Anchor => Parameters[_raw].exp().log1p().Plus(LeastAnchor);

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <inheritdoc/>
    public override int Dimension { get; }

    /// <inheritdoc/>
    public override Tensor Evaluate(Tensor x) => (Anchor * x.Squared().mean([-1L])).Plus(Network.Forward(Parameters, x).squeeze(-1));
}
