using DxmiMlNet.Diffusion.Samplers;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// Trains a sampler's network as an EDM (Karras et al. 2022, eq. 8): at noise levels ln sigma ~ N(-1.2 + ln(2 sigma_d), 1.2^2), their choice for data of
/// standard deviation 1/2, minimise mean((F(c_in x, c_noise) - (y - c_skip x) / c_out)^2), x = y + sigma eps, which is the denoising error weighted by 1 / c_out^2.
/// </summary>
public sealed class EdmPretraining(Tensor data, EdmSampler sampler, PretrainingOptions options, Generator generator)
    : PretrainingPhase(data, sampler.Parameters, options, generator)
{
    private const double LogMean = -1.2, LogDeviation = 1.2;

    /// <inheritdoc/>
    public override string Name => "sampler pretraining";

    /// <inheritdoc/>
    protected override Tensor Loss(Tensor batch)
    {
        double d = sampler.DataSigma;
        var logSigma = randn(batch.shape[0], device: batch.device, generator: Generator).Times(LogDeviation).Plus(LogMean + Math.Log(2 * d));
        var sigma = logSigma.exp().unsqueeze(1);                  // [B, 1]
        var total = sigma.Squared().Plus(d * d).sqrt();           // 1 / c_in
        var noise = randn(batch.shape, device: batch.device, generator: Generator);
        var x = batch.Plus(sigma * noise);
        // (y - c_skip x) / c_out with y = x - sigma eps
        var target = (x * sigma).Times(1 / d).Minus((noise * total.Squared()).Times(1 / d)) / total;
        return sampler.Raw(x / total, logSigma).Minus(target).Squared().mean();
    }
}
