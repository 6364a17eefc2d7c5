using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace DxmiMlNet.Diffusion.Energies;

/// <summary>
/// A Gaussian-anchored energy for whitened samples: E(x) = a mean(x^2) + g(x), with a = softplus(raw) &gt; 0 and a perceptron g that
/// starts at zero. It starts as the energy of a Gaussian and keeps growing away from the data wherever g grows less than quadratically.
/// </summary>
public sealed class AnchoredEnergy : Energy
{
    private readonly int _raw;

    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="hidden">Hidden layer sizes of g.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="anchor">Start value of a, above 0; 0.5 is a standard Gaussian's energy per dimension.</param>
    public AnchoredEnergy(int dimension, int[] hidden, Generator generator, Device device, double anchor = 0.5)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(anchor);
        var layout = new FlatParameters.Layout();
        Network = new Mlp(layout, [dimension, .. hidden, 1], zeroOutput: true);
        _raw = layout.Add(0, Math.Log(Math.Exp(anchor) - 1), 1);   // the inverse of softplus
        Parameters = layout.Build(generator, device);
        Dimension = dimension;
    }

    /// <summary>g.</summary>
    public Mlp Network { get; }

    /// <summary>The anchor's weight a, a scalar tensor above 0.</summary>
    public Tensor Anchor => F.softplus(Parameters[_raw]);

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <inheritdoc/>
    public override int Dimension { get; }

    /// <inheritdoc/>
    public override Tensor Evaluate(Tensor x) => Anchor * x.square().mean([-1L]) + Network.Forward(Parameters, x).squeeze(-1);
}
