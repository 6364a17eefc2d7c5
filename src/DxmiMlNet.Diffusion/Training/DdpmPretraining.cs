using DxmiMlNet.Diffusion.Samplers;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// Trains a sampler as a DDPM (Ho et al. 2020, eq. 14): minimise mean((eps - eps(x_s, t))^2) over data, steps and noise; or, where the network
/// predicts it, the same of the velocity (Salimans and Ho 2022).
/// </summary>
public sealed class DdpmPretraining(Tensor data, DdpmSampler sampler, PretrainingOptions options, Generator generator)
    : PretrainingPhase(data, sampler.Parameters, options, generator)
{
    private readonly Tensor _signal = Coefficients(sampler, abar => Math.Sqrt(abar));
    private readonly Tensor _noise = Coefficients(sampler, abar => Math.Sqrt(1 - abar));

    /// <inheritdoc/>
    public override string Name => "sampler pretraining";

    /// <inheritdoc/>
    protected override Tensor Loss(Tensor batch)
    {
        var t = randint(0, sampler.Steps, [batch.shape[0]], device: batch.device, generator: Generator);
        var noise = randn(batch.shape, device: batch.device, generator: Generator);
        Tensor signal = _signal.index_select(0, t), deviation = _noise.index_select(0, t);
        var x = (batch * signal).Plus(noise * deviation);
        var target = sampler.Prediction == DdpmPrediction.Noise ? noise : (noise * signal).Minus(batch * deviation);
        return sampler.Predict(x, t).Minus(target).Squared().mean();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _signal.Dispose();
            _noise.Dispose();
        }
        base.Dispose(disposing);
    }

    // By step t, from the noise level T - t: [T, 1].
    private static Tensor Coefficients(DdpmSampler sampler, Func<double, double> of)
        => tensor([.. Enumerable.Range(0, sampler.Steps).Select(t => (float)of(sampler.Schedule.AlphaBars[sampler.Steps - t]))],
            [sampler.Steps, 1], device: sampler.Parameters.Flat.device).DetachFromDisposeScope();
}
