using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>A convolution with bias as two views of the flat parameters. It keeps the size, or with stride 2 halves it.</summary>
internal sealed class Convolution
{
    private readonly int _weight, _bias;
    private readonly long[] _strides, _padding;

    /// <param name="layout">Takes the parameters.</param>
    /// <param name="input">Channels in.</param>
    /// <param name="output">Channels out.</param>
    /// <param name="kernel">Side of the kernel, odd.</param>
    /// <param name="stride">1 or 2.</param>
    /// <param name="gain">
    /// Start values are uniform in +-gain / sqrt(fan in): 1 is PyTorch's start, sqrt(6) keeps the size of signals that pass many layers (He et al. 2015), 0 makes all weights zero.
    /// </param>
    public Convolution(FlatParameters.Layout layout, int input, int output, int kernel = 3, int stride = 1, double gain = 1)
    {
        double bound = gain / Math.Sqrt(input * kernel * kernel);
        _weight = layout.Add(bound, 0, output, input, kernel, kernel);
        _bias = layout.Add(Math.Min(gain, 1) / Math.Sqrt(input * kernel * kernel), 0, output);
        Output = output;
        _strides = [stride, stride];
        _padding = [kernel / 2, kernel / 2];
    }

    /// <summary>Channels out.</summary>
    public int Output { get; }

    /// <summary>[B, input, H, W] to [B, output, H / stride, W / stride].</summary>
    public Tensor Forward(FlatParameters parameters, Tensor x)
        => F.conv2d(x, parameters[_weight], parameters[_bias], _strides, _padding);
}
