using DxmiMlNet.Diffusion.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// Adam (Kingma and Ba 2015) on the flat parameters of one network, with the gradient's norm clipped before the step.
/// TorchSharp's own Adam loops over parameters and keeps no state that a checkpoint could hold in order; this is a handful of in-place operations.
/// </summary>
internal sealed class Adam : IDisposable
{
    private const double Beta2 = 0.999, Epsilon = 1e-8;

    private readonly FlatParameters _parameters;
    private readonly double _clip, _momentum;
    private readonly Tensor _mean, _square;   // [P]
    private long _steps;

    /// <param name="parameters">What is trained.</param>
    /// <param name="clip">Largest gradient norm; infinity for none.</param>
    /// <param name="momentum">beta_1, 0 to below 1.</param>
    public Adam(FlatParameters parameters, double clip = double.PositiveInfinity, double momentum = 0.9)
    {
        _parameters = parameters;
        _clip = clip;
        _momentum = momentum;
        _mean = zeros_like(parameters.Flat).DetachFromDisposeScope();
        _square = zeros_like(parameters.Flat).DetachFromDisposeScope();
    }

    /// <summary>One step down the loss.</summary>
    public void Step(Tensor loss, double rate) => Apply(_parameters.Gradient(loss), rate);

    /// <summary>One step against a given gradient, [P].</summary>
    public void Apply(Tensor gradient, double rate)
    {
        using var _ = no_grad();
        if (double.IsFinite(_clip))
            gradient = gradient * gradient.norm().Plus(1e-6).reciprocal().Times(_clip).clamp_max(ScalarArithmetic.One);
        _steps++;
        _mean.Blend(gradient, _momentum);
        using Scalar keep = Beta2, rest = 1 - Beta2;
        _square.mul_(keep).addcmul_(gradient, gradient, rest);
        // The bias corrections 1 - beta^n are numbers of the step, not tensor operations: sqrt(v / c) + e = (sqrt(v) + e sqrt(c)) / sqrt(c).
        double root = Math.Sqrt(1 - Math.Pow(Beta2, _steps));
        using Scalar epsilon = Epsilon * root, step = -rate * root / (1 - Math.Pow(_momentum, _steps));
        _parameters.Flat.addcdiv_(_mean, _square.sqrt().add_(epsilon, ScalarArithmetic.One), step);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(_steps);
        writer.WriteTensor(_mean);
        writer.WriteTensor(_square);
    }

    public void Read(BinaryReader reader)
    {
        _steps = reader.ReadInt64();
        reader.ReadTensor(_mean);
        reader.ReadTensor(_square);
    }

    public void Dispose()
    {
        _mean.Dispose();
        _square.Dispose();
    }
}
