using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// Adaptive velocity regularisation (AVR): s_t^2 follows the mean squared velocity of the trajectories at step t,
/// s_t^2 = a s_t^2 + (1 - a) mean((x_{t+1} - x_t)^2), and the running cost measures a step against it: c_t = mean((x_{t+1} - x_t)^2) / (2 s_t^2).
/// </summary>
public sealed class AdaptiveVelocity : IDisposable
{
    private readonly double _decay;
    private readonly bool _adaptive;
    private readonly Tensor _variance;   // [T]
    private bool _started;

    /// <param name="steps">Generation steps T.</param>
    /// <param name="decay">a, 0 to 1.</param>
    /// <param name="adaptive">Whether s_t^2 follows the trajectories; else it stays at what the first batch had.</param>
    /// <param name="device">Where the variances live.</param>
    public AdaptiveVelocity(int steps, double decay, bool adaptive, Device device)
    {
        _decay = decay;
        _adaptive = adaptive;
        _variance = ones(steps, device: device).DetachFromDisposeScope();
    }

    /// <summary>s_t^2, [T].</summary>
    public Tensor Variance => _variance;

    /// <summary>Takes the mean squared velocities of a batch, [T]; the first batch sets the start.</summary>
    public void Update(Tensor squaredVelocity)
    {
        using var _ = no_grad();
        if (!_started)
            _variance.copy_(squaredVelocity);
        else if (_adaptive)
            _variance.Blend(squaredVelocity, _decay);
        _started = true;
    }

    /// <summary>c_t of single trajectories: [B, D], [B, D] to [B].</summary>
    /// <param name="x">x_t.</param>
    /// <param name="next">x_{t+1}.</param>
    /// <param name="t">The step.</param>
    public Tensor Cost(Tensor x, Tensor next, int t) => next.Minus(x).Squared().mean([-1L]) / _variance[t].Times(2);

    /// <summary>c_t with one step a row: [B, D], [B, D] and [B] to [B].</summary>
    public Tensor Cost(Tensor x, Tensor next, Tensor t) => next.Minus(x).Squared().mean([-1L]) / _variance.index_select(0, t).Times(2);

    internal void Write(BinaryWriter writer)
    {
        writer.Write(_started);
        writer.WriteTensor(_variance);
    }

    internal void Read(BinaryReader reader)
    {
        _started = reader.ReadBoolean();
        reader.ReadTensor(_variance);
    }

    /// <inheritdoc/>
    public void Dispose() => _variance.Dispose();
}
