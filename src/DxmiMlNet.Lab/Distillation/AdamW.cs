using DxmiMlNet.Diffusion;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter, ICLR 2019).
/// TorchSharp's own optimiser is not safe over hours: see <see cref="ScalarArithmetic"/>.
/// </summary>
internal sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8, Decay = 0.01;

    private readonly Parameter[] _weights;
    private readonly Tensor[] _means;
    private readonly Tensor[] _squares;
    private readonly Scalar _beta1 = Beta1, _rest1 = 1 - Beta1, _beta2 = Beta2, _rest2 = 1 - Beta2;
    private int _step;

    public AdamW(IEnumerable<Parameter> weights)
    {
        using var _ = no_grad();
        _weights = weights.ToArray();
        _means = Array.ConvertAll(_weights, w => zeros_like(w).DetachFromDisposeScope());
        _squares = Array.ConvertAll(_weights, w => zeros_like(w).DetachFromDisposeScope());
    }

    /// <summary>
    /// With the gradient g of each weight w: m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2,
    /// w = (1 - rate decay) w - rate (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps).
    /// </summary>
    public void Step(double rate)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        _step++;
        double root = Math.Sqrt(1 - Math.Pow(Beta2, _step));
        using Scalar keep = 1 - rate * Decay, epsilon = Epsilon * root, size = -rate * root / (1 - Math.Pow(Beta1, _step));
        for (int i = 0; i < _weights.Length; i++)
        {
            if (_weights[i].grad is not { } gradient)
                continue;
            _means[i].mul_(_beta1).add_(gradient, _rest1);
            _squares[i].mul_(_beta2).addcmul_(gradient, gradient, _rest2);
            _weights[i].mul_(keep).addcdiv_(_means[i], _squares[i].sqrt().add_(epsilon, ScalarArithmetic.One), size);
        }
    }

    // binary format:
    // int32: steps
    // m of every weight, then v of every weight: TorchSharp's tensor format
    public void Write(BinaryWriter writer)
    {
        writer.Write(_step);
        foreach (var state in _means.Concat(_squares))
            state.Save(writer);
    }

    public void Read(BinaryReader reader)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        _step = reader.ReadInt32();
        foreach (var state in _means.Concat(_squares))
            state.copy_(TensorExtensionMethods.Load(reader));
    }

    public void Dispose()
    {
        foreach (var state in _means.Concat(_squares))
            state.Dispose();
        foreach (var scalar in new[] { _beta1, _rest1, _beta2, _rest2 })
            scalar.Dispose();
    }
}
