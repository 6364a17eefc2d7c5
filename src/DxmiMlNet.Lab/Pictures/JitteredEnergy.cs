using DxmiMlNet.Diffusion;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>
/// Another energy of images that are jittered at random: E(e^(c a) x + b 1 + s n) with a, b1 and the pixels of n standard normal, new ones for every image and
/// every call. Data and samples are jittered alike, so that an energy learns what tells them apart in spite of it: not that all data have one
/// brightness and one contrast, say, which no sampler meets exactly and which would outweigh all that a sampler can learn. It is the
/// differentiable augmentation of Zhao et al. 2020 with the instance noise of Sønderby et al. 2017.
/// </summary>
/// <param name="energy">E; the parameters are its own, and it is not disposed.</param>
/// <param name="contrast">c, the deviation of the contrast's logarithm.</param>
/// <param name="brightness">b, the deviation of the brightness.</param>
/// <param name="noise">s, the deviation of a pixel.</param>
/// <param name="generator">Draws the jitter, on the images' device.</param>
internal sealed class JitteredEnergy(Energy energy, double contrast, double brightness, double noise, Generator generator) : Energy
{
    /// <inheritdoc/>
    public override FlatParameters Parameters => energy.Parameters;

    /// <inheritdoc/>
    public override int Dimension => energy.Dimension;

    /// <inheritdoc/>
    public override Tensor Evaluate(Tensor x)
    {
        long rows = x.shape[0];
        var gain = Normal(x, rows, 1).Times(contrast).exp();
        var offset = Normal(x, rows, 1).Times(brightness);
        return energy.Evaluate((x * gain).Plus(offset).Plus(Normal(x, x.shape).Times(noise)));
    }

    private Tensor Normal(Tensor like, params long[] shape) => randn(shape, device: like.device, generator: generator);

    /// <inheritdoc/>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2215", Justification = "The parameters are the other energy's, which releases them.")]
    protected override void Dispose(bool disposing)
    {
    }
}
