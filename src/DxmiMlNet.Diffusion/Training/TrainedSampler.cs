using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Diffusion.Values;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>A sampler of T steps with what its training needs for each of them. It releases its own tensors, not the networks.</summary>
internal sealed class TrainedSampler : IDisposable
{
    private const double VelocityDecay = 0.99;

    /// <param name="sampler">pi.</param>
    /// <param name="value">V.</param>
    /// <param name="energy">E.</param>
    /// <param name="options">Settings.</param>
    public TrainedSampler(Sampler sampler, ValueNetwork value, Energy energy, DxmiOptions options)
    {
        var device = sampler.Parameters.Flat.device;
        Sampler = sampler;
        Value = value;
        Energy = energy;
        Velocity = new AdaptiveVelocity(sampler.Steps, VelocityDecay, options.Values.AdaptiveVelocity, device);
        using var scope = NewDisposeScope();
        EntropyMask = FirstSteps(sampler.Steps - options.Values.FreeLastSteps);
        TrainedSigmas = FirstSteps(options.Sampler.FixLastSigma ? sampler.Steps - 1 : sampler.Steps);

        // 1 for so many steps, 0 for the rest, [T].
        Tensor FirstSteps(int count) => (arange(sampler.Steps, device: device) < count).to(ScalarType.Float32).DetachFromDisposeScope();
    }

    public Sampler Sampler { get; }

    public ValueNetwork Value { get; }

    public Energy Energy { get; }

    /// <summary>s_t^2 of the running cost.</summary>
    public AdaptiveVelocity Velocity { get; }

    /// <summary>1 where a step's target has entropy and velocity terms, [T].</summary>
    public Tensor EntropyMask { get; }

    /// <summary>1 where a sigma is trained, [T].</summary>
    public Tensor TrainedSigmas { get; }

    /// <summary>log sigma_t, of which the trained ones have gradients, [T].</summary>
    public Tensor LogSigmas()
    {
        var logSigmas = Sampler.LogSigmaOfSteps();
        var frozen = logSigmas.detach();
        return frozen.Plus(TrainedSigmas * logSigmas.Minus(frozen));
    }

    public void Dispose()
    {
        Velocity.Dispose();
        EntropyMask.Dispose();
        TrainedSigmas.Dispose();
    }
}
