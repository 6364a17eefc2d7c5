using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Densities;

/// <summary>Energy, values and sampler of a run with DxMI, of a fixed number of steps or of any.</summary>
internal sealed class DensityNetworks : IDisposable
{
    private const int FourierFeatureCount = 32, ShownSteps = 5, ScoredSteps = 8;
    private const double InitialSigma = 0.3;

    /// <summary>Hidden layer sizes of samplers and values.</summary>
    public static readonly int[] Hidden = [128, 128, 128];

    private static readonly int[] s_anyStepHidden = [96, 96, 96];

    // The numbers of steps that an iteration draws from, the more useful ones twice.
    private static readonly int[] s_drawnSteps = [1, 2, 2, 4, 5, 5, 8, 8, 16];

    private static readonly int[] s_energyHidden = [64, 64];

    private readonly DdpmSampler? _sampler;
    private readonly ValueNetwork? _value;
    private readonly AnyStepSampler? _anySampler;
    private readonly AnyStepValue? _anyValue;

    public DensityNetworks(DensityRun run, Generator generator)
    {
        double? sigma = run.IsPretrained ? null : InitialSigma;
        if (run.IsAnyStep)
        {
            _anySampler = new AnyStepSampler(2, steps => NoiseSchedule.Even(steps), s_anyStepHidden, generator, CPU, sigma);
            _anyValue = new AnyStepValue(_anySampler, s_anyStepHidden, generator, CPU);
            Energy = new AnyStepEnergy(2, s_energyHidden, generator, CPU, FourierFeatureCount, ScoredSteps);
            return;
        }
        _value = run.HasFourierFeatures
            ? new ValueNetwork(2, run.Steps, (layout, positions) =>
            {
                var features = new FourierFeatures(layout, 2, FourierFeatureCount, 1, generator, CPU);
                return new FourierNetwork(features, new Mlp(layout, [features.Size, .. Hidden, 1], positions, CPU, zeroOutput: true));
            }, generator, CPU, holdsEnergy: true)
            : new ValueNetwork(2, run.Steps, Hidden, generator, CPU, holdsEnergy: run.IsSingleNetwork);
        Energy = _value.Energy ?? new FreeEnergy(2, s_energyHidden, generator, CPU, FourierFeatureCount);
        _sampler = new DdpmSampler(2, NoiseSchedule.Even(run.Steps), Hidden, generator, CPU, sigma);
    }

    public Energy Energy { get; }

    /// <summary>All that is trained.</summary>
    public FlatParameters[] Parameters => _sampler is null
        ? [Energy.Parameters, _anyValue!.Parameters, _anySampler!.Parameters, _anySampler.SigmaWeights]
        : [Energy.Parameters, _value!.Parameters, _sampler.Parameters, _sampler.LogSigmas];

    /// <summary>The sampler of T steps; with 0, of a training for any number, the one whose curves are shown.</summary>
    public DdpmSampler Sampler(int steps) => _sampler ?? _anySampler!.InSteps(steps == 0 ? ShownSteps : steps);

    /// <summary>The value of T steps.</summary>
    public ValueNetwork Value(int steps) => _value ?? _anyValue!.InSteps(steps);

    public DdpmPretraining Pretraining(Tensor data, PretrainingOptions options, Generator generator) => _sampler is null
        ? new DdpmPretraining(data, _anySampler!, s_drawnSteps, options, generator)
        : new DdpmPretraining(data, _sampler, options, generator);

    public DxmiTrainer Trainer(Tensor data, DxmiOptions options, Generator generator) => _sampler is null
        ? new AnyStepTrainer(data, Energy, _anyValue!, _anySampler!, s_drawnSteps, options, generator)
        : Energy == _value!.Energy
            ? new SingleNetworkTrainer(data, _value, _sampler, options, generator)
            : new DxmiTrainer(data, Energy, _value, _sampler, options, generator);

    public void Dispose()
    {
        Energy.Dispose();
        _value?.Dispose();
        _sampler?.Dispose();
        _anyValue?.Dispose();
        _anySampler?.Dispose();
    }
}
