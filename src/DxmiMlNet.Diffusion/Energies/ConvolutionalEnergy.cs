using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Energies;

/// <summary>A free convolutional network as energy of an image. Nothing makes it grow away from the data but its training.</summary>
public sealed class ConvolutionalEnergy : Energy
{
    private readonly ConvolutionalScore _network;

    /// <param name="shape">Shape of an image; height and width are multiples of 2^levels.</param>
    /// <param name="widths">Channels by level, the finest first.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    public ConvolutionalEnergy(ImageShape shape, IReadOnlyList<int> widths, Generator generator, Device device)
    {
        var layout = new FlatParameters.Layout();
        _network = new ConvolutionalScore(layout, shape, widths, null, device);
        Parameters = layout.Build(generator, device);
        Dimension = shape.Dimension;
    }

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <inheritdoc/>
    public override int Dimension { get; }

    /// <inheritdoc/>
    public override Tensor Evaluate(Tensor x) => _network.Forward(Parameters, x).squeeze(-1);
}
