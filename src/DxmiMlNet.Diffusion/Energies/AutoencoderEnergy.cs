using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Energies;

/// <summary>
/// A reconstruction energy: E(x) = mean((x - dec(enc(x)))^2). The code is bounded by tanh, so that the energy grows quadratically
/// far from the data whatever the networks do.
/// </summary>
public sealed class AutoencoderEnergy : Energy
{
    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="hidden">Hidden layer sizes of the encoder; the decoder has them in reverse.</param>
    /// <param name="code">Size of the code.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    public AutoencoderEnergy(int dimension, int[] hidden, int code, Generator generator, Device device)
    {
        var layout = new FlatParameters.Layout();
        Encoder = new Mlp(layout, [dimension, .. hidden, code]);
        Decoder = new Mlp(layout, [code, .. hidden.Reverse(), dimension]);
        Parameters = layout.Build(generator, device);
        Dimension = dimension;
    }

    /// <summary>enc, before its tanh.</summary>
    public Mlp Encoder { get; }

    /// <summary>dec.</summary>
    public Mlp Decoder { get; }

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <inheritdoc/>
    public override int Dimension { get; }

    /// <summary>dec(enc(x)): [B, D] to [B, D].</summary>
    public Tensor Reconstruct(Tensor x) => Decoder.Forward(Parameters, Encoder.Forward(Parameters, x).tanh());

    /// <inheritdoc/>
    public override Tensor Evaluate(Tensor x) => x.Minus(Reconstruct(x)).Squared().mean([-1L]);
}
