namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>
/// The noise levels of a DDPM (Ho et al. 2020) at T levels: x_s = sqrt(abar_s) x + sqrt(1 - abar_s) eps, level s = 1..T, abar_s = prod(1 - beta).
/// Level T is almost noise, level 0 the data; generation step t goes from level T - t to level T - t - 1.
/// </summary>
public sealed class NoiseSchedule
{
    private NoiseSchedule(double[] betas)
    {
        Betas = betas;
        AlphaBars = new double[betas.Length + 1];
        AlphaBars[0] = 1;
        for (int s = 1; s <= betas.Length; s++)
            AlphaBars[s] = AlphaBars[s - 1] * (1 - betas[s - 1]);
    }

    /// <summary>beta_s, s = 1..T at index s - 1, each in (0, 1).</summary>
    public IReadOnlyList<double> Betas { get; }

    /// <summary>abar_s, s = 0..T; abar_0 = 1.</summary>
    public double[] AlphaBars { get; }

    /// <summary>Number of levels T.</summary>
    public int Steps => Betas.Count;

    /// <summary>The linear schedule of DDPM.</summary>
    /// <param name="steps">Number of levels, 1 or more.</param>
    /// <param name="first">The first beta.</param>
    /// <param name="last">The last beta.</param>
    public static NoiseSchedule Linear(int steps = 1000, double first = 1e-4, double last = 0.02)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        return new NoiseSchedule([.. Enumerable.Range(0, steps).Select(s => first + (last - first) * s / Math.Max(1, steps - 1))]);
    }

    /// <summary>
    /// A schedule of few levels, with the authors' quadratic spacing: eta_s = (linear from sqrt(first) to sqrt(last))^2, scaled so that
    /// prod(1 - eta) is the wanted signal at the noisiest level. Few steps bear no large eta: a step divides by sqrt(1 - eta) and multiplies
    /// the network's error by as much.
    /// </summary>
    /// <param name="steps">Number of levels T, 2 or more.</param>
    /// <param name="signal">abar_T, above 0 and below 1: the share of the data's variance that is left at the noisiest level.</param>
    public static NoiseSchedule Short(int steps, double signal = 0.01)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(signal);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(signal, 1);
        double target = Math.Log(signal);
        // The smallest is a hundredth of the largest; the scale of all is found by bisection on log prod(1 - eta).
        double[] Etas(double last) => [.. Enumerable.Range(0, steps).Select(s =>
        {
            double root = double.Lerp(Math.Sqrt(last * 0.01), Math.Sqrt(last), s / (steps - 1.0));
            return root * root;
        })];
        double low = 0, high = 1 - 1e-12;
        for (int i = 0; i < 200; i++)
        {
            double middle = (low + high) / 2;
            if (Etas(middle).Sum(eta => Math.Log(1 - eta)) > target)
                low = middle;
            else
                high = middle;
        }
        return new NoiseSchedule(Etas(low));
    }
}
