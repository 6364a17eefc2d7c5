using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>
/// A residual block of a diffusion U-Net (Ho et al. 2020): group norm, SiLU and convolution, twice, with the step's embedding added between; the second
/// convolution starts at zero, so that the block starts as its shortcut.
/// </summary>
internal sealed class ResidualBlock
{
    private readonly GroupNorm _first, _second;
    private readonly Convolution _in, _out;
    private readonly Convolution? _shortcut;
    private readonly Linear _step;

    public ResidualBlock(FlatParameters.Layout layout, int input, int output, int embedding)
    {
        _first = new GroupNorm(layout, input);
        _in = new Convolution(layout, input, output);
        _step = new Linear(layout, embedding, output);
        _second = new GroupNorm(layout, output);
        _out = new Convolution(layout, output, output, gain: 0);
        _shortcut = input == output ? null : new Convolution(layout, input, output, kernel: 1);
    }

    /// <summary>[B, input, H, W] and embeddings [B or 1, E] to [B, output, H, W].</summary>
    public Tensor Forward(FlatParameters parameters, Tensor x, Tensor embedding)
    {
        var h = _in.Forward(parameters, F.silu(_first.Forward(parameters, x)));
        h = h.Plus(_step.Forward(parameters, embedding).unsqueeze(-1).unsqueeze(-1));
        h = _out.Forward(parameters, F.silu(_second.Forward(parameters, h)));
        return h.Plus(_shortcut?.Forward(parameters, x) ?? x);
    }
}
