using DxmiMlNet.Diffusion;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>The small convolutional network that turns an image into patch features at strides 4, 8 and 16, as a torch module.</summary>
internal sealed class InspectionBackbone : nn.Module<Tensor, Tensor[]>
{
    private readonly ModuleList<ConvolutionUnit> _units = new();

    public InspectionBackbone(BackboneArchitecture architecture) : base(nameof(InspectionBackbone))
    {
        Architecture = architecture;
        foreach (var block in architecture.Blocks())
            foreach (var shape in block.Convolutions)
                _units.Add(new ConvolutionUnit(shape));
        RegisterComponents();
    }

    public BackboneArchitecture Architecture { get; }

    /// <summary>The convolutions in execution order.</summary>
    public IReadOnlyList<ConvolutionUnit> Units => [.. _units];

    /// <param name="image">[B, 3, H, W], normalised as <see cref="InputNormalisation"/> says.</param>
    /// <returns>One tap a stage: [B, C, ceil(H / stride), ceil(W / stride)].</returns>
    public override Tensor[] forward(Tensor image)
    {
        var taps = new List<Tensor>();
        var x = image;
        int unit = 0;
        foreach (var block in Architecture.Blocks())
        {
            var y = x;
            foreach (var _ in block.Convolutions)
                y = _units[unit++].forward(y);
            x = block.Residual ? y.Plus(x) : y;
            if (block.Tap)
                taps.Add(x);
        }
        return taps.ToArray();
    }
}
