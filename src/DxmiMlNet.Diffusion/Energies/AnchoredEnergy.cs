using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Energies;

/// <summary>
/// A Gaussian-anchored energy for whitened samples: E(x) = a mean(x^2) + g(x), with a = floor + softplus(raw) and a perceptron g that
/// starts at zero. It starts as the energy of a Gaussian, and far from the data it grows whatever was learned: g grows linearly at most.
/// A mixture p of Gaussians can be the anchor instead, -2/D (log p(x) + D/2 log(2 pi)) for mean(x^2): the same where p is the standard Gaussian.
/// </summary>
public sealed class AnchoredEnergy : Energy
{
    /// <summary>The least value of a: training may not give the anchor up.</summary>
    public const double LeastAnchor = 0.05;

    private readonly int _raw;

    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="hidden">Hidden layer sizes of g.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="anchor">Start value of a, above <see cref="LeastAnchor"/>; 0.5 is a standard Gaussian's energy per dimension.</param>
    /// <param name="mixture">A mixture of that dimension on that device as the anchor; the energy disposes of it. Null for the standard Gaussian.</param>
    public AnchoredEnergy(int dimension, int[] hidden, Generator generator, Device device, double anchor = 0.5, GaussianMixture? mixture = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(anchor, LeastAnchor);
        var layout = new FlatParameters.Layout();
        Network = new Mlp(layout, [dimension, .. hidden, 1], zeroOutput: true);
        _raw = layout.Add(0, Math.Log(Math.Exp(anchor - LeastAnchor) - 1), 1);   // the inverse of softplus
        Parameters = layout.Build(generator, device);
        Dimension = dimension;
        Mixture = mixture;
    }

    /// <summary>g.</summary>
    public Mlp Network { get; }

    /// <summary>The mixture that anchors the energy; null where the standard Gaussian does.</summary>
    public GaussianMixture? Mixture { get; }

    /// <summary>The anchor's weight a, a scalar tensor above <see cref="LeastAnchor"/>.</summary>
    public Tensor Anchor => Parameters[_raw].exp().log1p().Plus(LeastAnchor);

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <inheritdoc/>
    public override int Dimension { get; }

    /// <inheritdoc/>
    public override Tensor Evaluate(Tensor x) => (Anchor * Distance(x)).Plus(Network.Forward(Parameters, x).squeeze(-1));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Mixture?.Dispose();
        base.Dispose(disposing);
    }

    private Tensor Distance(Tensor x) => Mixture is null ? x.Squared().mean([-1L]) : Mixture.LogDensity(x).Times(-2.0 / Dimension);
}
