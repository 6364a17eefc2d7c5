using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Values;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// DxMI of a sampler that runs in any number of steps: every iteration draws T, and trains the sampler of T steps and its value. The energy learns from the
/// samples of the larger T alone: what few steps cannot do is not the energy's to tell from data.
/// </summary>
public sealed class AnyStepTrainer : DxmiTrainer
{
    private const int FullBatchSteps = 5;   // the largest T with all trajectories

    private readonly int _leastEnergySteps;
    private readonly int[] _draws;   // places among the samplers

    /// <param name="data">Training samples, [N, D]; kept, not copied.</param>
    /// <param name="energy">E.</param>
    /// <param name="value">V.</param>
    /// <param name="sampler">pi.</param>
    /// <param name="steps">The numbers T that are drawn, one as often as another; one that stands there twice is drawn twice as often.</param>
    /// <param name="leastEnergySteps">The least T whose samples the energy learns from.</param>
    /// <param name="options">Settings.</param>
    /// <param name="generator">Draws T, batches and noise; a CPU generator for CPU tensors.</param>
    public AnyStepTrainer(Tensor data, Energy energy, AnyStepValue value, AnyStepSampler sampler, IReadOnlyList<int> steps, int leastEnergySteps, DxmiOptions options, Generator generator)
        : base(data, energy, [.. steps.Distinct().Select(count => new TrainedSampler(sampler.InSteps(count), value.InSteps(count), options))], options, generator)
    {
        int[] distinct = [.. steps.Distinct()];
        _draws = [.. steps.Select(count => Array.IndexOf(distinct, count))];
        _leastEnergySteps = leastEnergySteps;
    }

    private protected override int Choose()
    {
        using var scope = NewDisposeScope();
        return _draws[randint(0, _draws.Length, [1], device: Sampler.Parameters.Flat.device, generator: Generator).item<long>()];
    }

    /// <summary>Many steps with fewer trajectories: from 5 steps on an iteration takes about as long for every T.</summary>
    private protected override int Trajectories => Math.Max(1, Options.BatchSize * FullBatchSteps / Math.Max(FullBatchSteps, Sampler.Steps));

    private protected override void StepEnergy(Rollout rollout, double rate)
    {
        if (Sampler.Steps >= _leastEnergySteps)
            base.StepEnergy(rollout, rate);
    }
}
