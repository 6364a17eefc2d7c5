using DxmiMlNet.Diffusion;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>Convolution without bias, batch norm, and ReLU where the shape says so.</summary>
internal sealed class ConvolutionUnit : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d _convolution;
    private readonly BatchNorm2d _norm;

    public ConvolutionUnit(ConvolutionShape shape) : base(nameof(ConvolutionUnit))
    {
        Shape = shape;
        _convolution = nn.Conv2d(shape.In, shape.Out, shape.Kernel, stride: shape.Stride, padding: shape.Kernel / 2, groups: shape.Groups, bias: false);
        _norm = nn.BatchNorm2d(shape.Out);
        RegisterComponents();
    }

    public ConvolutionShape Shape { get; }

    public override Tensor forward(Tensor input) // [B, In, H, W] -> [B, Out, H / Stride, W / Stride]
    {
        var output = _norm.forward(_convolution.forward(input));
        return Shape.Relu ? output.relu_() : output;
    }

    /// <summary>
    /// The weights and bias of the one convolution that equals this unit in evaluation mode:
    /// w' = w gamma / sqrt(var + eps), b' = beta - mean gamma / sqrt(var + eps).
    /// </summary>
    public (float[] Weights, float[] Bias) Folded()
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        using Scalar epsilon = _norm.eps;
        var scale = _norm.weight! / _norm.running_var!.add(epsilon, ScalarArithmetic.One).sqrt();
        var weights = _convolution.weight! * scale.view(-1, 1, 1, 1);
        var bias = _norm.bias! - _norm.running_mean! * scale;
        return (weights.cpu().contiguous().data<float>().ToArray(), bias.cpu().data<float>().ToArray());
    }
}
