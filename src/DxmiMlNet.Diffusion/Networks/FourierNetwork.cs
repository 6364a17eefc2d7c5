using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>A network of the random Fourier features of its input.</summary>
/// <param name="features">Of [B, D].</param>
/// <param name="network">Takes [B, <see cref="FourierFeatures.Size"/>].</param>
public sealed class FourierNetwork(FourierFeatures features, IStepNetwork network) : IStepNetwork
{
    /// <inheritdoc/>
    public Tensor Forward(FlatParameters parameters, Tensor x, int t) => network.Forward(parameters, features.Of(x), t);

    /// <inheritdoc/>
    public Tensor Forward(FlatParameters parameters, Tensor x, Tensor t) => network.Forward(parameters, features.Of(x), t);
}
