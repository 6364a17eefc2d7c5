using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>
/// Random Fourier features (Rahimi and Recht 2007; Tancik et al. 2020): x becomes [x, cos(x B), sin(x B)] with fixed normal frequencies B, so
/// that a small network can follow narrow modes. The frequencies are quasi-random (Avron et al. 2016): a few independent ones leave directions and
/// scales out, and the energies of some seeds are the worse for it.
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
        _frequencies = layout.Own(QuasiNormal(count / 2, dimension, generator).Times(scale).t().contiguous().to(device));
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

    /// <summary>
    /// Normal points that fill the space evenly, [count, D]: the R sequence (Roberts 2018), point i at frac(shift + i a) with a_d = g^-(d+1) and
    /// g^(D+1) = g + 1, shifted at random, through the inverse of the normal distribution. The first coordinate is positive: b and -b have the
    /// same cosine and sine.
    /// </summary>
    public static Tensor QuasiNormal(int count, int dimension, Generator generator)
    {
        using var scope = NewDisposeScope();
        double root = 2;
        for (int i = 0; i < 60; i++)
            root = Math.Pow(1 + root, 1.0 / (dimension + 1));
        var shift = rand(dimension, generator: generator).data<float>().ToArray();
        var points = new float[count * dimension];
        for (int i = 0; i < count; i++)
        {
            for (int d = 0; d < dimension; d++)
            {
                double u = (shift[d] + (i + 1) * Math.Pow(root, -(d + 1))) % 1;
                points[i * dimension + d] = (float)Math.Clamp(d == 0 ? u : 2 * u - 1, -0.9999, 0.9999);   // erf of a half-normal, or of a normal
            }
        }
        return tensor(points, [count, dimension]).erfinv().Times(Math.Sqrt(2)).MoveToOuterDisposeScope();
    }
}
