using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>
/// An EDM in few stochastic steps (Karras et al. 2022, variance exploding): x_{t+1} = r x_t + (1 - r) D(x_t, sigma_t) + noise with r = sigma_{t+1}^2 / sigma_t^2,
/// the posterior of x_{t+1} for a known image. States are kept as z_t = c_in(sigma_t) x_t, what the network gets: about unit variance at every step, from
/// z_0 ~ N(0, I), so that values and costs see them as they see a DDPM's. The last state is the image itself.
/// </summary>
public sealed class EdmSampler : NetworkSampler
{
    private const double LastSigma = 0.001;         // as a converted DDPM's
    private const double PositionScale = 100;       // c_noise spans about 2 over the noise levels: spread over the embedding's scale

    private readonly ImageShape _shape;
    private readonly int[] _widths;

    /// <param name="shape">Shape of an image.</param>
    /// <param name="widths">Channels of the U-Net by level.</param>
    /// <param name="levels">sigma_0 to sigma_{T-1}, falling, each above 0 (<see cref="Karras"/>); after the last step there is no noise.</param>
    /// <param name="dataSigma">sigma_d, the data's standard deviation.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    public EdmSampler(ImageShape shape, int[] widths, double[] levels, double dataSigma, Generator generator, Device device)
        : base(shape.Dimension, Coefficients(levels, dataSigma, c => c.Scale), Coefficients(levels, dataSigma, c => c.Shift), Coefficients(levels, dataSigma, c => c.Sigma),
            Array.ConvertAll(levels, level => PositionScale * EdmPreconditioning.At(level, dataSigma).Noise),
            (layout, positions) => new UNet(layout, shape, widths, positions, device), generator, device)
    {
        _shape = shape;
        _widths = widths;
        Levels = levels;
        DataSigma = dataSigma;
    }

    /// <summary>sigma_0 to sigma_{T-1}.</summary>
    public IReadOnlyList<double> Levels { get; }

    /// <summary>sigma_d.</summary>
    public double DataSigma { get; }

    /// <summary>The noise levels of T steps: sigma_i = (max^(1/rho) + i / (T - 1) (min^(1/rho) - max^(1/rho)))^rho (Karras et al. 2022, eq. 5).</summary>
    /// <param name="steps">T, 2 or more.</param>
    /// <param name="min">The last.</param>
    /// <param name="max">The first.</param>
    /// <param name="rho">How much closer low levels lie than high ones.</param>
    public static double[] Karras(int steps, double min = 0.002, double max = 80, double rho = 7)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        double from = Math.Pow(max, 1 / rho), to = Math.Pow(min, 1 / rho);
        return [.. Enumerable.Range(0, steps).Select(i => Math.Pow(from + i / (steps - 1.0) * (to - from), rho))];
    }

    /// <summary>F at any noise levels: c_in x of [B, D] and ln sigma of [B] to [B, D].</summary>
    /// <param name="scaled">c_in x.</param>
    /// <param name="logSigma">ln sigma, one a row.</param>
    public Tensor Raw(Tensor scaled, Tensor logSigma) => ((UNet)Network).ForwardAt(Parameters, scaled, logSigma.Times(PositionScale / 4));

    /// <inheritdoc/>
    public override Tensor Noised(Tensor data, int t, Tensor noise) => data.Plus(noise.Times(Levels[t])).Times(EdmPreconditioning.At(Levels[t], DataSigma).In);

    /// <summary>The same network on another grid of noise levels. A sampler of its own, with a copy of the parameters.</summary>
    /// <param name="levels">As the constructor's.</param>
    public EdmSampler Convert(double[] levels)
    {
        using var unused = new Generator(0);
        var converted = new EdmSampler(_shape, _widths, levels, DataSigma, unused, Parameters.Flat.device);
        converted.CopyNetwork(this);
        return converted;
    }

    // The step from sigma to next in z: z' = scale z + shift F(z) + sigma noise.
    private static double[] Coefficients(double[] levels, double dataSigma, Func<(double Scale, double Shift, double Sigma), double> of)
        => [.. levels.Select((sigma, t) =>
        {
            double next = t + 1 < levels.Length ? levels[t + 1] : 0;
            var c = EdmPreconditioning.At(sigma, dataSigma);
            double scale = next > 0 ? EdmPreconditioning.At(next, dataSigma).In : 1, r = next * next / (sigma * sigma);
            // x = z / c_in; D(x) = c_skip x + c_out F(z)
            return of((scale * (r + (1 - r) * c.Skip) / c.In, scale * (1 - r) * c.Out, next > 0 ? scale * next * Math.Sqrt(1 - r) : LastSigma));
        })];
}
