using DxmiMlNet.Diffusion.Samplers;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// Trains a sampler as a DDPM (Ho et al. 2020, eq. 14): minimise mean((eps - eps(x_s, t))^2) over data, steps and noise; or, where the network
/// predicts it, the same of the velocity (Salimans and Ho 2022). A sampler for any number of steps is trained at one of them an iteration.
/// </summary>
public sealed class DdpmPretraining : PretrainingPhase
{
    private readonly DdpmSampler[] _samplers;
    private readonly Tensor[] _signals, _noises;   // by sampler, [T, 1]

    /// <param name="data">Training samples, [N, D]; kept, not copied.</param>
    /// <param name="sampler">What is trained.</param>
    /// <param name="options">Settings.</param>
    /// <param name="generator">Draws batches and noise.</param>
    public DdpmPretraining(Tensor data, DdpmSampler sampler, PretrainingOptions options, Generator generator)
        : this(data, [sampler], options, generator)
    {
    }

    /// <param name="data">Training samples, [N, D]; kept, not copied.</param>
    /// <param name="sampler">What is trained.</param>
    /// <param name="steps">The numbers of steps that are drawn; one that stands there twice is drawn twice as often.</param>
    /// <param name="options">Settings.</param>
    /// <param name="generator">Draws the number of steps, batches and noise.</param>
    public DdpmPretraining(Tensor data, AnyStepSampler sampler, IReadOnlyList<int> steps, PretrainingOptions options, Generator generator)
        : this(data, [.. steps.Select(sampler.InSteps)], options, generator)
    {
    }

    private DdpmPretraining(Tensor data, DdpmSampler[] samplers, PretrainingOptions options, Generator generator)
        : base(data, samplers[0].Parameters, options, generator)
    {
        _samplers = samplers;
        _signals = Array.ConvertAll(samplers, sampler => Coefficients(sampler, abar => Math.Sqrt(abar)));
        _noises = Array.ConvertAll(samplers, sampler => Coefficients(sampler, abar => Math.Sqrt(1 - abar)));
    }

    /// <inheritdoc/>
    public override string Name => "sampler pretraining";

    /// <inheritdoc/>
    protected override Tensor Loss(Tensor batch)
    {
        int drawn = _samplers.Length == 1 ? 0 : (int)randint(0, _samplers.Length, [1], device: batch.device, generator: Generator).item<long>();
        var sampler = _samplers[drawn];
        var t = randint(0, sampler.Steps, [batch.shape[0]], device: batch.device, generator: Generator);
        var noise = randn(batch.shape, device: batch.device, generator: Generator);
        Tensor signal = _signals[drawn].index_select(0, t), deviation = _noises[drawn].index_select(0, t);
        var x = (batch * signal).Plus(noise * deviation);
        var target = sampler.Prediction == DdpmPrediction.Noise ? noise : (noise * signal).Minus(batch * deviation);
        return sampler.Predict(x, t).Minus(target).Squared().mean();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var coefficients in _signals.Concat(_noises))
                coefficients.Dispose();
        base.Dispose(disposing);
    }

    // By step t, from the noise level T - t: [T, 1].
    private static Tensor Coefficients(DdpmSampler sampler, Func<double, double> of)
        => tensor([.. Enumerable.Range(0, sampler.Steps).Select(t => (float)of(sampler.Schedule.AlphaBars[sampler.Steps - t]))],
            [sampler.Steps, 1], device: sampler.Parameters.Flat.device).DetachFromDisposeScope();
}
