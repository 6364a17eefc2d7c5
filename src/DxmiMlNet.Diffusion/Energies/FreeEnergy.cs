using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Energies;

/// <summary>
/// A free network as energy: E(x) = g(x), g a perceptron, of x or of random Fourier features of x. Nothing makes it grow away from the data
/// but its training.
/// </summary>
public sealed class FreeEnergy : Energy
{
    private readonly FourierFeatures? _features;

    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="hidden">Hidden layer sizes.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="fourierFeatures">Number of Fourier features beside x, even; 0 for x alone.</param>
    /// <param name="fourierScale">Standard deviation of their frequencies, in radians per unit of x.</param>
    public FreeEnergy(int dimension, int[] hidden, Generator generator, Device device, int fourierFeatures = 0, double fourierScale = 1)
    {
        var layout = new FlatParameters.Layout();
        if (fourierFeatures > 0)
            _features = new FourierFeatures(layout, dimension, fourierFeatures, fourierScale, generator, device);
        Network = new Mlp(layout, [_features?.Size ?? dimension, .. hidden, 1]);
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
    public override Tensor Evaluate(Tensor x) => Network.Forward(Parameters, _features?.Of(x) ?? x).squeeze(-1);
}
