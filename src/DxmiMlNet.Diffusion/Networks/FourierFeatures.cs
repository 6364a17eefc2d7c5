using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>
/// Random Fourier features (Rahimi and Recht 2007; Tancik et al. 2020): x becomes [x, cos(x B), sin(x B)] with fixed normal frequencies B, so
/// that a small network can follow narrow modes.
/// </summary>
public sealed class FourierFeatures
{
    private readonly Tensor _frequencies;   // [D, count / 2]

    /// <param name="layout">Takes the frequencies, which are not trained.</param>
    /// <param name="dimension">Dimension D of x.</param>
    /// <param name="count">Number of features beside x, even.</param>
    /// <param name="scale">Standard deviation of the frequencies, in radians per unit of x.</param>
    /// <param name="generator">A CPU generator, which draws the frequencies.</param>
    /// <param name="device">Where they live.</param>
    public FourierFeatures(FlatParameters.Layout layout, int dimension, int count, double scale, Generator generator, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        if (count % 2 != 0)
            throw new ArgumentOutOfRangeException(nameof(count), $"{count} Fourier features were asked for. Expected an even number, a sine and a cosine a frequency. Ask for one more.");
        using var scope = NewDisposeScope();
        _frequencies = layout.Own(randn(dimension, count / 2, generator: generator).Times(scale).to(device));
        Size = dimension + count;
    }

    /// <summary>Size of the result, D + count.</summary>
    public int Size { get; }

    /// <summary>[B, D] to [B, D + count].</summary>
    public Tensor Of(Tensor x)
    {
        var angle = x.mm(_frequencies);
        return cat([x, angle.cos(), angle.sin()], 1);
    }
}
