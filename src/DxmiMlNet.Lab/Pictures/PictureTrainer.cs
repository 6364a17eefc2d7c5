using DxmiMlNet.Diffusion;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>
/// DxMI of images in a few hundred iterations. What keeps energy and sampler from swinging about each other there: the energy takes several steps an
/// iteration and remembers earlier samples; values are what whole trajectories cost; the sampler waits until both know its trajectories, starts slowly,
/// and takes steps on more states.
/// </summary>
internal sealed class PictureTrainer : DxmiTrainer
{
    private const int EnergySteps = 4, RememberedBatches = 8;
    private const int EnergyBatches = 2, SamplerBatches = 4;   // data of an energy step, and states of a sampler step, in batches
    private const int TrainedSteps = 5;                        // the last ones: in the first of many, of noise that hides the data, a value has nothing to say

    private readonly SampleMemory _memory = new(RememberedBatches);
    private readonly int _warmup, _ramp;

    /// <inheritdoc cref="DxmiTrainer(Tensor, Energy, ValueNetwork, Sampler, DxmiOptions, Generator)"/>
    public PictureTrainer(Tensor data, Energy energy, ValueNetwork value, Sampler sampler, DxmiOptions options, Generator generator)
        : base(data, energy, value, sampler, options, generator)
    {
        _warmup = options.Iterations / 10;
        _ramp = options.Iterations / 7;
    }

    /// <summary>The last step changes an image so little that it cannot correct it; the energy's own gradient, which knows the data, corrects it in the step before.</summary>
    private protected override int ValuedSteps => Sampler.Steps - 1;

    /// <summary>Untrained values lead a pretrained sampler astray, and Adam's first steps are as long as its rate whatever the gradient, all one way.</summary>
    private protected override double SamplerPace(int iteration) => iteration < _warmup ? 0 : LearningRate.Ramp(iteration - _warmup, _ramp);

    private protected override void StepEnergy(Rollout rollout, double rate)
    {
        _memory.Add(rollout.Samples);
        int rows = EnergyBatches * Options.BatchSize;
        for (int i = 0; i < EnergySteps; i++)
            LearnEnergy(Batch(rows), Draw(_memory.All, rows), rate);
    }

    // The target is what the rest of the trajectory cost, its last learned step being followed by the energy of where it led.
    private protected override void StepValues(Rollout rollout, double rate)
    {
        int last = ValuedSteps - 1;
        using var scope = NewDisposeScope();
        Tensor future;
        using (no_grad())
            future = Energy.Evaluate(rollout.After(last));
        for (int t = last; t >= 0; t--)
        {
            using (no_grad())
                future = future.Plus(Cost(rollout.States[t], rollout.After(t), t));
            LearnValue(rollout.States[t], t, future, rate);
        }
    }

    private protected override void StepSampler(Rollout rollout, double rate)
    {
        if (rate == 0)
            return;
        int trained = Math.Min(TrainedSteps, Sampler.Steps);
        LearnSampler(rollout, Sampler.Steps - trained, Math.Max(1, SamplerBatches * Options.BatchSize / trained), rate);
    }

    /// <inheritdoc/>
    public override void Write(BinaryWriter writer)
    {
        base.Write(writer);
        _memory.Write(writer);
    }

    /// <inheritdoc/>
    public override void Read(BinaryReader reader)
    {
        base.Read(reader);
        _memory.Read(reader, Options.BatchSize, Sampler.Dimension, Sampler.Parameters.Flat.device);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _memory.Dispose();
        base.Dispose(disposing);
    }
}
