using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// Adam (Kingma and Ba 2015) with the gradient's norm clipped before the step and decoupled weight decay (AdamW: Loshchilov and Hutter 2019) where asked for:
/// m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g^2, w = (1 - rate decay) w - rate (m / (1 - b1^n)) / (sqrt(v / (1 - b2^n)) + e) at step n.
/// TorchSharp's own keeps no state that a checkpoint could hold in order, and is not safe over hours: see <see cref="ScalarArithmetic"/>.
/// </summary>
internal sealed class Adam : IDisposable
{
    private const double Beta2 = 0.999, Epsilon = 1e-8;

    private readonly Tensor[] _weights, _means, _squares;
    private readonly double _momentum, _clip, _decay;
    private long _steps;

    /// <param name="weights">What is trained, in place: a network's flat parameters, or the parameters of a module.</param>
    /// <param name="momentum">b1, 0 to below 1.</param>
    /// <param name="clip">Largest norm of all gradients together; infinity for none.</param>
    /// <param name="decay">Weight decay; 0 for none.</param>
    public Adam(IEnumerable<Tensor> weights, double momentum = 0.9, double clip = double.PositiveInfinity, double decay = 0)
    {
        using var _ = no_grad();
        _weights = [.. weights];
        _means = Array.ConvertAll(_weights, w => zeros_like(w).DetachFromDisposeScope());
        _squares = Array.ConvertAll(_weights, w => zeros_like(w).DetachFromDisposeScope());
        (_momentum, _clip, _decay) = (momentum, clip, decay);
    }

    /// <summary>Trains a single tensor.</summary>
    public Adam(Tensor weights, double momentum = 0.9, double clip = double.PositiveInfinity, double decay = 0)
        : this([weights], momentum, clip, decay)
    {
    }

    /// <summary>One step against the gradient of a single tensor.</summary>
    public void Apply(Tensor gradient, double rate) => Apply([gradient], rate);

    /// <summary>One step against given gradients, in the weights' order and shapes; a weight without one stays as it is.</summary>
    public void Apply(Tensor?[] gradients, double rate)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        gradients = Clipped(gradients);
        _steps++;
        // The bias corrections are numbers of the step, not tensor operations: sqrt(v / c) + e = (sqrt(v) + e sqrt(c)) / sqrt(c).
        double root = Math.Sqrt(1 - Math.Pow(Beta2, _steps));
        using Scalar keepSquare = Beta2, restSquare = 1 - Beta2, keep = 1 - rate * _decay;
        using Scalar epsilon = Epsilon * root, step = -rate * root / (1 - Math.Pow(_momentum, _steps));
        for (int i = 0; i < _weights.Length; i++)
        {
            if (gradients[i] is not { } gradient)
                continue;
            _means[i].Blend(gradient, _momentum);
            _squares[i].mul_(keepSquare).addcmul_(gradient, gradient, restSquare);
            if (_decay > 0)
                _weights[i].mul_(keep);
            _weights[i].addcdiv_(_means[i], _squares[i].sqrt().add_(epsilon, ScalarArithmetic.One), step);
        }
    }

    // Binary format: int64 steps; m of every weight, then v of every weight (TensorSerialization).
    public void Write(BinaryWriter writer)
    {
        writer.Write(_steps);
        foreach (var state in _means.Concat(_squares))
            writer.WriteTensor(state);
    }

    public void Read(BinaryReader reader)
    {
        _steps = reader.ReadInt64();
        foreach (var state in _means.Concat(_squares))
            reader.ReadTensor(state);
    }

    public void Dispose()
    {
        foreach (var state in _means.Concat(_squares))
            state.Dispose();
    }

    private Tensor?[] Clipped(Tensor?[] gradients)
    {
        if (!double.IsFinite(_clip))
            return gradients;
        var norm = stack(gradients.OfType<Tensor>().Select(g => g.norm())).norm();
        var factor = norm.Plus(1e-6).reciprocal().Times(_clip).clamp_max(ScalarArithmetic.One);
        return Array.ConvertAll(gradients, gradient => gradient is null ? null : gradient * factor);
    }
}
