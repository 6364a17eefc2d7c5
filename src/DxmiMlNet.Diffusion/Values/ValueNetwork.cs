using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Values;

/// <summary>The value V(x, t), t = 0..T-1: the expected future cost of a trajectory that stands at x at step t.</summary>
public sealed class ValueNetwork : Network
{
    private readonly Mlp _network;

    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="steps">Generation steps T.</param>
    /// <param name="hidden">Hidden layer sizes.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    public ValueNetwork(int dimension, int steps, int[] hidden, Generator generator, Device device)
    {
        var layout = new FlatParameters.Layout();
        _network = new Mlp(layout, [dimension, .. hidden, 1], steps, device);
        Parameters = layout.Build(generator, device);
    }

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <summary>V(x, t) with every row at the same step: [B, D] to [B].</summary>
    public Tensor Evaluate(Tensor x, int t) => _network.Forward(Parameters, x, t).squeeze(-1);

    /// <summary>V(x, t) with one step a row: [B, D] and [B] to [B].</summary>
    public Tensor Evaluate(Tensor x, Tensor t) => _network.Forward(Parameters, x, t).squeeze(-1);
}
