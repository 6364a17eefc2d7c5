using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Energies;

/// <summary>A free network as energy: E(x) = g(x), g a perceptron. Nothing makes it grow away from the data but its training.</summary>
public sealed class FreeEnergy : Energy
{
    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="hidden">Hidden layer sizes.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    public FreeEnergy(int dimension, int[] hidden, Generator generator, Device device)
    {
        var layout = new FlatParameters.Layout();
        Network = new Mlp(layout, [dimension, .. hidden, 1]);
        Parameters = layout.Build(generator, device);
        Dimension = dimension;
    }

    /// <summary>g.</summary>
    public Mlp Network { get; }

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <inheritdoc/>
    public override int Dimension { get; }

    /// <inheritdoc/>
    public override Tensor Evaluate(Tensor x) => Network.Forward(Parameters, x).squeeze(-1);
}
