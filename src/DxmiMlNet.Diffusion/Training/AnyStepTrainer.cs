using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Values;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// DxMI of a sampler that runs in any number of steps: every iteration draws T, and trains the sampler of T steps and its value, and the energy on its samples. An
/// <see cref="AnyStepEnergy"/> learns what the samples of each T lack. Another energy is one for all, and learns from the samples of 4 steps and more alone: what few
/// steps cannot do is not its to tell from data.
/// </summary>
public sealed class AnyStepTrainer : DxmiTrainer
{
    private const int FullBatchSteps = 5;     // the largest T with all trajectories
    private const int LeastEnergySteps = 4;   // of an energy for all T

    private readonly int[] _draws;   // places among the samplers
    private readonly bool _hasOneEnergy;

    /// <param name="data">Training samples, [N, D]; kept, not copied.</param>
    /// <param name="energy">E.</param>
    /// <param name="value">V.</param>
    /// <param name="sampler">pi.</param>
    /// <param name="steps">The numbers T that are drawn, at least one of them 4 or more; one that stands there twice is drawn twice as often.</param>
    /// <param name="options">Settings.</param>
    /// <param name="generator">Draws T, batches and noise; a CPU generator for CPU tensors.</param>
    public AnyStepTrainer(Tensor data, Energy energy, AnyStepValue value, AnyStepSampler sampler, IReadOnlyList<int> steps, DxmiOptions options, Generator generator)
        : base(data, [.. steps.Distinct().Select(count => new TrainedSampler(sampler.InSteps(count), value.InSteps(count), (energy as AnyStepEnergy)?.InSteps(count) ?? energy, options))],
            options, generator)
    {
        int[] distinct = [.. steps.Distinct()];
        _draws = [.. steps.Select(count => Array.IndexOf(distinct, count))];
        _hasOneEnergy = energy is not AnyStepEnergy;
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
        if (!_hasOneEnergy || Sampler.Steps >= LeastEnergySteps)
            base.StepEnergy(rollout, rate);
    }
}
