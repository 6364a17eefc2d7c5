using DxmiMlNet.Detection.Dxmi.Sampling;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Diffusion.Values;
using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Dxmi;

/// <summary>Sampler and value of a detector, of T steps or of any number.</summary>
internal sealed class DxmiNetworks : IDisposable
{
    // T is drawn as often as all the others together.
    private static readonly int[] s_otherSteps = [1, 2, 4, 8, 16];

    private readonly DxmiAnomalyTrainer.Options _options;
    private readonly DdpmSampler _sampler;
    private readonly ValueNetwork _value;
    private readonly AnyStepSampler? _anySampler;
    private readonly AnyStepValue? _anyValue;

    public DxmiNetworks(DxmiAnomalyTrainer.Options options, int dimension, Generator generator, Device device)
    {
        _options = options;
        if (!options.AnyStep)
        {
            _value = new ValueNetwork(dimension, options.Steps, options.HiddenSizes, generator, device);
            _sampler = new DdpmSampler(dimension, NoiseSchedule.Short(options.Steps, options.SignalAtStart), options.HiddenSizes, generator, device);
            return;
        }
        _anySampler = new AnyStepSampler(dimension, steps => AnyStepNumbers.Schedule(steps, options.SignalAtStart), options.HiddenSizes, generator, device);
        _anyValue = new AnyStepValue(_anySampler, options.HiddenSizes, generator, device);
        _sampler = _anySampler.InSteps(options.Steps);
        _value = _anyValue.InSteps(options.Steps);
    }

    /// <summary>All that is trained.</summary>
    public FlatParameters[] Parameters => [_value.Parameters, _sampler.Parameters, _sampler.LogSigmas];

    private int[] DrawnSteps => [.. s_otherSteps, .. Enumerable.Repeat(_options.Steps, s_otherSteps.Length)];

    public DdpmPretraining Pretraining(Tensor data, PretrainingOptions options, Generator generator) => _anySampler is null
        ? new DdpmPretraining(data, _sampler, options, generator)
        : new DdpmPretraining(data, _anySampler, DrawnSteps, options, generator);

    public DxmiTrainer Trainer(Tensor data, Energy energy, DxmiOptions options, Generator generator) => _anySampler is null
        ? new DxmiTrainer(data, energy, _value, _sampler, options, generator)
        : new AnyStepTrainer(data, energy, _anyValue!, _anySampler, DrawnSteps, options, generator);

    /// <summary>The numbers of the trained sampler.</summary>
    public SamplerNetwork Numbers() => SamplerNetwork.Of(_sampler, _anySampler, _options.SignalAtStart);

    public void Dispose()
    {
        _sampler.Dispose();
        _value.Dispose();
        _anySampler?.Dispose();
        _anyValue?.Dispose();
    }
}
