using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>Group normalisation (Wu and He 2018) with 8 channels a group, its scale and shift as views of the flat parameters.</summary>
internal sealed class GroupNorm
{
    private const int GroupChannels = 8;
    private const double Epsilon = 1e-5;

    private readonly int _scale, _shift, _groups;

    public GroupNorm(FlatParameters.Layout layout, int channels)
    {
        _groups = Math.Max(1, channels / GroupChannels);
        _scale = layout.Add(0, 1, channels);
        _shift = layout.Add(0, 0, channels);
    }

    /// <summary>[B, C, H, W] to the same.</summary>
    public Tensor Forward(FlatParameters parameters, Tensor x) => F.group_norm(x, _groups, parameters[_scale], parameters[_shift], Epsilon);
}
