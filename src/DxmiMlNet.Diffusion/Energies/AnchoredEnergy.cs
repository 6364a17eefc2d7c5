using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Energies;

/// <summary>
/// A Gaussian-anchored energy for whitened samples: E(x) = a d(x) + g(x), with a = floor + softplus(raw), a perceptron g that starts at zero and
/// d(x) = mean(x^2), or the distance of a fitted <see cref="Energies.Gaussian"/>. It starts as the energy of a Gaussian, and far from the data it grows
/// whatever was learned: g grows linearly at most.
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
    /// <param name="gaussian">A Gaussian of that dimension on that device as the anchor; the energy disposes of it. Null for the standard one.</param>
    public AnchoredEnergy(int dimension, int[] hidden, Generator generator, Device device, Gaussian? gaussian = null)
    {
        var layout = new FlatParameters.Layout();
        Network = new Mlp(layout, [dimension, .. hidden, 1], zeroOutput: true);
        _raw = layout.Add(0, Math.Log(Math.Exp(FirstAnchor - LeastAnchor) - 1), 1);   // the inverse of softplus
        Parameters = layout.Build(generator, device);
        Dimension = dimension;
        Gaussian = gaussian;
    }

    /// <summary>g.</summary>
    public Mlp Network { get; }

    /// <summary>The Gaussian that anchors the energy; null for the standard one.</summary>
    public Gaussian? Gaussian { get; }

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
            Gaussian?.Dispose();
        base.Dispose(disposing);
    }

    private Tensor Distance(Tensor x) => Gaussian is null ? x.Squared().mean([-1L]) : Gaussian.Distance(x);
}
