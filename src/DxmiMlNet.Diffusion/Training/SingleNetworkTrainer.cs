using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Values;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// DxMI with energy and value as one network, whose value at step T is the energy. There a value step would move the energy that its own targets rest on,
/// and both would run away: it is held where the energy step left it, at data and samples.
/// </summary>
public sealed class SingleNetworkTrainer : DxmiTrainer
{
    private const double HeldEnergyWeight = 100;   // at 1 the energy is dragged along, at 100 it moves by less than a tenth of what the values do

    private Tensor? _points, _energies;   // during the value steps: where the energy is held, [2 B, D] and [2 B]

    /// <param name="data">Training samples, [N, D]; kept, not copied.</param>
    /// <param name="value">V, with the step T.</param>
    /// <param name="sampler">pi.</param>
    /// <param name="options">Settings.</param>
    /// <param name="generator">Draws batches and noise; a CPU generator for CPU tensors.</param>
    public SingleNetworkTrainer(Tensor data, ValueNetwork value, Sampler sampler, DxmiOptions options, Generator generator)
        : base(data, value.Energy!, value, sampler, options, generator)
    {
    }

    private protected override void StepValues(Rollout rollout, double rate)
    {
        using var scope = NewDisposeScope();
        using (no_grad())
        {
            _points = cat([rollout.Samples, Batch(rollout.Samples.shape[0])]);
            _energies = Energy.Evaluate(_points);
        }
        base.StepValues(rollout, rate);
    }

    private protected override Tensor ValueLoss(Tensor x, int t, Tensor target)
        => base.ValueLoss(x, t, target).Plus(Energy.Evaluate(_points!).Minus(_energies!).Squared().mean().Times(HeldEnergyWeight));
}
