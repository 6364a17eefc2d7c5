using DxmiMlNet.Diffusion.Networks;

namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>
/// The noise levels of a DDPM (Ho et al. 2020) at T levels: x_s = sqrt(abar_s) x + sqrt(1 - abar_s) eps, level s = 1..T, abar_s = prod(1 - beta).
/// Level T is almost noise, level 0 the data; generation step t goes from level T - t to level T - t - 1.
/// </summary>
public sealed class NoiseSchedule
{
    private NoiseSchedule(double[] betas, double[]? positions = null)
    {
        Betas = betas;
        Positions = positions ?? [.. StepEmbedding.Evenly(betas.Length).Reverse()];
        AlphaBars = new double[betas.Length + 1];
        AlphaBars[0] = 1;
        for (int s = 1; s <= betas.Length; s++)
            AlphaBars[s] = AlphaBars[s - 1] * (1 - betas[s - 1]);
    }

    /// <summary>beta_s, s = 1..T at index s - 1, each in (0, 1).</summary>
    public IReadOnlyList<double> Betas { get; }

    /// <summary>abar_s, s = 0..T; abar_0 = 1.</summary>
    public double[] AlphaBars { get; }

    /// <summary>
    /// Where level s lies on the scale of <see cref="StepEmbedding"/>, s = 1..T at index s - 1; 0 is the noisiest. Evenly spread, but for a <see cref="Convert">converted</see>
    /// schedule, whose levels lie where the original has as much noise.
    /// </summary>
    public IReadOnlyList<double> Positions { get; }

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
    /// A linear schedule of few levels, the last beta ten times the first. No single step takes most of the signal, so that none has to multiply what
    /// it gets, noise and the network's error included, by much: a sampler can also start to learn from it without pretraining.
    /// </summary>
    /// <param name="steps">Number of levels T, 1 or more.</param>
    /// <param name="signal">abar_T, above 0 and below 1: the share of the data's variance that is left at the noisiest level.</param>
    public static NoiseSchedule Even(int steps, double signal = 0.18)
    {
        CheckShort(steps, signal);
        return Scaled(signal, last => Places(steps).Select(place => last * double.Lerp(0.1, 1, place)));
    }

    /// <summary>
    /// A schedule of few levels, with the authors' quadratic spacing: eta_s = (linear from sqrt(first) to sqrt(last))^2, scaled so that
    /// prod(1 - eta) is the wanted signal at the noisiest level. Few steps bear no large eta: a step divides by sqrt(1 - eta) and multiplies
    /// the network's error by as much.
    /// </summary>
    /// <param name="steps">Number of levels T, 1 or more.</param>
    /// <param name="signal">abar_T, above 0 and below 1: the share of the data's variance that is left at the noisiest level.</param>
    public static NoiseSchedule Short(int steps, double signal = 0.01)
    {
        CheckShort(steps, signal);
        // The smallest is a hundredth of the largest.
        return Scaled(signal, last => Places(steps).Select(place => Square(double.Lerp(Math.Sqrt(last * 0.01), Math.Sqrt(last), place))));
    }

    /// <summary>
    /// The same levels, each told to the network by its noise and not by its number: level s lies at 1 - log abar_s / log abar_T on the scale from 0, the noisiest,
    /// to <see cref="NoiseScale"/>, the data. A network then means the same by a position whatever the number of steps.
    /// </summary>
    public NoiseSchedule ByNoise() => new([.. Betas], [.. AlphaBars.Skip(1).Select(abar => NoiseScale * (1 - Math.Log(abar) / Math.Log(AlphaBars[^1])))]);

    /// <summary>The scale of positions by noise: small beside <see cref="StepEmbedding.Scale"/>, so that the embedding changes little between near levels.</summary>
    public const double NoiseScale = 30;

    /// <summary>
    /// A schedule of few levels at which a network of another schedule can be run (Kong and Ping 2021, FastDPM, "variance schedule"): levels
    /// eta_s = beta_1 (1 + (s - 1) x)^2 of quadratic spacing, x such that prod(1 - eta) is the original's abar; each is told to the
    /// network as the continuous step at which the original has that abar, its logarithm being interpolated linearly between steps.
    /// </summary>
    /// <param name="steps">Number of levels, 2 or more, fewer than this schedule's.</param>
    public NoiseSchedule Convert(int steps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(steps, Steps);
        double first = Betas[0];
        double[] etas = [.. Scaled(AlphaBars[^1], last =>
        {
            double x = (Math.Sqrt(last / first) - 1) / (steps - 1);
            return Enumerable.Range(0, steps).Select(s => first * Square(1 + s * x));
        }).Betas];
        double abar = 1;
        var positions = Array.ConvertAll(etas, eta => StepEmbedding.Scale * (1 - ContinuousLevel(abar *= 1 - eta) / Steps));
        return new NoiseSchedule(etas, positions);
    }

    /// <summary>The level s, 0..T, at which the schedule has a given abar; between levels log abar is interpolated linearly.</summary>
    /// <param name="abar">At most 1; at or below abar_T the level is T.</param>
    public double ContinuousLevel(double abar)
    {
        int above = Array.FindIndex(AlphaBars, a => a <= abar);
        if (above < 0)
            return Steps;
        if (above == 0)
            return 0;
        double from = Math.Log(AlphaBars[above - 1]), to = Math.Log(AlphaBars[above]);
        return above - 1 + (Math.Log(abar) - from) / (to - from);
    }

    // The schedule of a family whose prod(1 - beta) is the wanted signal, by bisection on the last beta.
    private static NoiseSchedule Scaled(double signal, Func<double, IEnumerable<double>> betas)
    {
        double target = Math.Log(signal), low = 0, high = 1 - 1e-12;
        for (int i = 0; i < 200; i++)
        {
            double middle = (low + high) / 2;
            if (betas(middle).Sum(beta => Math.Log(1 - beta)) > target)
                low = middle;
            else
                high = middle;
        }
        return new NoiseSchedule([.. betas(low)]);
    }

    // Where the levels lie between the first beta and the last, 0 to 1; a single level is the last.
    private static IEnumerable<double> Places(int steps) => steps == 1 ? [1] : Enumerable.Range(0, steps).Select(s => s / (steps - 1.0));

    private static double Square(double x) => x * x;

    private static void CheckShort(int steps, double signal)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(signal);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(signal, 1);
    }
}
