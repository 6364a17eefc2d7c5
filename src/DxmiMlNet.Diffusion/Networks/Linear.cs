using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>A linear layer as two views of the flat parameters.</summary>
internal sealed class Linear
{
    private readonly int _weight, _bias;

    public Linear(FlatParameters.Layout layout, int input, int output, bool zero = false)
    {
        double bound = zero ? 0 : 1 / Math.Sqrt(input);
        _weight = layout.Add(bound, 0, output, input);
        _bias = layout.Add(bound, 0, output);
    }

    /// <summary>[B, input] to [B, output].</summary>
    public Tensor Forward(FlatParameters parameters, Tensor x) => F.linear(x, parameters[_weight], parameters[_bias]);
}
