using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>
/// A DDPM directly in T steps: a network predicts the noise eps(x, t), and
/// mu(x, t) = (x - beta_s / sqrt(1 - abar_s) eps(x, t)) / sqrt(1 - beta_s) with level s = T - t (Ho et al. 2020, eq. 11). Or it predicts the velocity
/// v = sqrt(abar) eps - sqrt(1 - abar) x_data (Salimans and Ho 2022), which is the noise by eps = sqrt(abar) v + sqrt(1 - abar) x, and
/// mu(x, t) = sqrt(1 - beta_s) x - beta_s sqrt(abar_{s-1} / (1 - abar_s)) v(x, t): then no step multiplies the network's error, however few there are.
/// </summary>
public sealed class DdpmSampler : NetworkSampler
{
    private const double LastConvertedSigma = 0.001;   // the authors' value: the last step adds no visible noise

    private readonly StepNetworkFactory _factory;

    /// <summary>A DDPM of vectors and feature patches, with a perceptron.</summary>
    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="schedule">Noise levels; their number is T.</param>
    /// <param name="hidden">Hidden layer sizes.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="initialSigma">Start value of every sigma_t; null for the DDPM's own (<see cref="PosteriorSigmas"/>).</param>
    public DdpmSampler(int dimension, NoiseSchedule schedule, int[] hidden, Generator generator, Device device, double? initialSigma = null)
        : this(dimension, schedule, (layout, positions) => new Mlp(layout, [dimension, .. hidden, dimension], positions, device), generator, device, initialSigma)
    {
    }

    /// <summary>A DDPM with a network of any kind.</summary>
    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="schedule">Noise levels; their number is T.</param>
    /// <param name="network">Makes the network [B, D] to [B, D] that predicts the noise or the velocity.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="initialSigma">Start value of every sigma_t; null for the DDPM's own (<see cref="PosteriorSigmas"/>).</param>
    /// <param name="prediction">What the network predicts.</param>
    public DdpmSampler(int dimension, NoiseSchedule schedule, StepNetworkFactory network, Generator generator, Device device,
        double? initialSigma = null, DdpmPrediction prediction = DdpmPrediction.Noise)
        : this(dimension, schedule, network, prediction, generator, device, initialSigma is { } sigma ? [.. Enumerable.Repeat(sigma, schedule.Steps)] : PosteriorSigmas(schedule))
    {
    }

    private DdpmSampler(int dimension, NoiseSchedule schedule, StepNetworkFactory network, DdpmPrediction prediction, Generator generator, Device device, double[] sigmas)
        : base(dimension, ByStep(schedule, prediction == DdpmPrediction.Noise ? Scale : VelocityScale),
            ByStep(schedule, prediction == DdpmPrediction.Noise ? Shift : VelocityShift), sigmas, [.. schedule.Positions.Reverse()], network, generator, device)   // step t is at level T - t
    {
        Schedule = schedule;
        Prediction = prediction;
        _factory = network;
    }

    // One of the samplers of an AnyStepSampler, on its parameters.
    internal DdpmSampler(int dimension, NoiseSchedule schedule, StepNetworkFactory network, FlatParameters parameters, FlatParameters sigmaWeights, double? initialSigma)
        : base(dimension, ByStep(schedule, Scale), ByStep(schedule, Shift), initialSigma is { } sigma ? [.. Enumerable.Repeat(sigma, schedule.Steps)] : PosteriorSigmas(schedule),
            [.. schedule.Positions.Reverse()], network, SigmaBasis.OfSteps(schedule), parameters, sigmaWeights)
    {
        Schedule = schedule;
        Prediction = DdpmPrediction.Noise;
        _factory = network;
    }

    /// <summary>What the network predicts.</summary>
    public DdpmPrediction Prediction { get; }

    /// <summary>The noise levels.</summary>
    public NoiseSchedule Schedule { get; }

    /// <summary>What the network predicts, with one step a row: [B, D] and [B] to [B, D].</summary>
    public Tensor Predict(Tensor x, Tensor t) => Network.Forward(Parameters, x, t);

    /// <inheritdoc/>
    public override Tensor Noised(Tensor data, int t, Tensor noise)
    {
        double abar = Schedule.AlphaBars[Steps - t];
        return data.Times(Math.Sqrt(abar)).Plus(noise.Times(Math.Sqrt(1 - abar)));
    }

    /// <summary>
    /// The same network run in fewer steps (<see cref="NoiseSchedule.Convert"/>), as the authors' samplers do: the DDIM update with kappa = 1,
    /// which is the DDPM's own at the converted levels, and 0.001 as the last sigma. A sampler of its own, with a copy of the parameters.
    /// </summary>
    /// <param name="steps">Steps, 2 or more, fewer than <see cref="Sampler.Steps"/>.</param>
    public DdpmSampler Convert(int steps)
    {
        var schedule = Schedule.Convert(steps);
        using var unused = new Generator(0);
        var converted = new DdpmSampler(Dimension, schedule, _factory, Prediction, unused, Parameters.Flat.device, [.. PosteriorSigmas(schedule).SkipLast(1), LastConvertedSigma]);
        converted.CopyNetwork(this);
        return converted;
    }

    /// <summary>a_t of mu(x, t) = a_t x + b_t eps(x, t), t = 0..T-1.</summary>
    public static double[] NoiseScales(NoiseSchedule schedule) => ByStep(schedule, Scale);

    /// <summary>b_t of mu(x, t) = a_t x + b_t eps(x, t), t = 0..T-1.</summary>
    public static double[] NoiseShifts(NoiseSchedule schedule) => ByStep(schedule, Shift);

    /// <summary>
    /// sigma_t of the DDPM's posterior, sqrt(beta_s (1 - abar_{s-1}) / (1 - abar_s)), s = T - t. The last step's would be 0, which no entropy
    /// bonus can widen: it gets a tenth of sqrt(beta_1).
    /// </summary>
    public static double[] PosteriorSigmas(NoiseSchedule schedule)
    {
        int steps = schedule.Steps;
        var sigmas = new double[steps];
        for (int t = 0; t < steps; t++)
        {
            int s = steps - t;
            double beta = schedule.Betas[s - 1];
            sigmas[t] = s == 1 ? 0.1 * Math.Sqrt(beta) : Math.Sqrt(beta * (1 - schedule.AlphaBars[s - 1]) / (1 - schedule.AlphaBars[s]));
        }
        return sigmas;
    }

    // 1 / sqrt(1 - beta_s)
    private static double Scale(NoiseSchedule schedule, int s) => 1 / Math.Sqrt(1 - schedule.Betas[s - 1]);

    // -beta_s / (sqrt(1 - abar_s) sqrt(1 - beta_s))
    private static double Shift(NoiseSchedule schedule, int s) => -(schedule.Betas[s - 1] / Math.Sqrt(1 - schedule.AlphaBars[s]) * Scale(schedule, s));

    private static double VelocityScale(NoiseSchedule schedule, int s) => Math.Sqrt(1 - schedule.Betas[s - 1]);

    private static double VelocityShift(NoiseSchedule schedule, int s)
        => -schedule.Betas[s - 1] * Math.Sqrt(schedule.AlphaBars[s - 1] / (1 - schedule.AlphaBars[s]));

    private static double[] ByStep(NoiseSchedule schedule, Func<NoiseSchedule, int, double> of)
        => [.. Enumerable.Range(0, schedule.Steps).Select(t => of(schedule, schedule.Steps - t))];
}
