using DxmiMlNet.Diffusion.Samplers;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>
/// Keeps a sampler as it was when its samples were nearest to the data: sampler and energy swing about each other, and the last iteration is not the
/// best one.
/// </summary>
/// <param name="sampler">The sampler that is trained.</param>
/// <param name="distance">The distance of its samples from the training data; NaN where they are no numbers.</param>
internal sealed class BestSampler(Sampler sampler, Func<double> distance) : IDisposable
{
    private double _least = double.PositiveInfinity;
    private Tensor? _parameters, _logSigmas;

    /// <summary>Measures the sampler as it is now, and keeps it where it is the best so far.</summary>
    public void Offer()
    {
        double now = distance();
        if (!(now < _least))
            return;
        _least = now;
        Dispose();
        using var _ = no_grad();
        _parameters = sampler.Parameters.Flat.clone().DetachFromDisposeScope();
        _logSigmas = sampler.LogSigmas.Flat.clone().DetachFromDisposeScope();
    }

    /// <summary>Makes the sampler the best one that was offered; without any it stays as it is.</summary>
    public void Restore()
    {
        if (_parameters is null)
            return;
        using var _ = no_grad();
        sampler.Parameters.Flat.copy_(_parameters);
        sampler.LogSigmas.Flat.copy_(_logSigmas!);
    }

    public void Dispose()
    {
        _parameters?.Dispose();
        _logSigmas?.Dispose();
    }
}
