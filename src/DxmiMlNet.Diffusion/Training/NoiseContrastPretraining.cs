using DxmiMlNet.Diffusion.Energies;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// Trains an energy to tell data from noised data, as SimpleNet does (Liu et al., CVPR 2023): a hinge loss of margin 0.5,
/// mean max(0, m + E(x)) + mean max(0, m - E(x + s eps)), with s drawn per sample from several levels so that negatives lie near and far.
/// </summary>
public sealed class NoiseContrastPretraining : PretrainingPhase
{
    private const double Margin = 0.5;

    private readonly Energy _energy;
    private readonly Tensor _levels;   // [L, 1]

    /// <param name="data">Training samples, [N, D].</param>
    /// <param name="energy">What is trained.</param>
    /// <param name="levels">Noise levels s, in units of the (whitened) data.</param>
    /// <param name="options">Settings.</param>
    /// <param name="generator">Draws batches and noise.</param>
    public NoiseContrastPretraining(Tensor data, Energy energy, float[] levels, PretrainingOptions options, Generator generator)
        : base(data, energy.Parameters, options, generator)
    {
        _energy = energy;
        _levels = tensor(levels, [levels.Length, 1], device: data.device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override string Name => "energy pretraining";

    /// <inheritdoc/>
    protected override Tensor Loss(Tensor batch)
    {
        var level = _levels.index_select(0, randint(0, _levels.shape[0], [batch.shape[0]], device: batch.device, generator: Generator));
        var noised = batch.Plus(level * randn(batch.shape, device: batch.device, generator: Generator));
        return _energy.Evaluate(batch).Plus(Margin).Positive().mean().Plus(_energy.Evaluate(noised).Times(-1).Plus(Margin).Positive().mean());
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _levels.Dispose();
        base.Dispose(disposing);
    }
}
