using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>
/// A DDPM directly in T steps, for vectors and feature patches: a perceptron predicts the noise eps(x, t), and
/// mu(x, t) = (x - beta_s / sqrt(1 - abar_s) eps(x, t)) / sqrt(1 - beta_s) with level s = T - t (Ho et al. 2020, eq. 11).
/// </summary>
public sealed class DdpmSampler : Sampler
{
    private const double LastConvertedSigma = 0.001;   // the authors' value: the last step adds no visible noise

    private readonly int[] _hidden;
    private readonly Tensor _scale;   // 1 / sqrt(1 - beta_s) by step, [T, 1]
    private readonly Tensor _shift;   // beta_s / (sqrt(1 - abar_s) sqrt(1 - beta_s)) by step, [T, 1]
    private readonly double[] _scales, _shifts;

    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="schedule">Noise levels; their number is T.</param>
    /// <param name="hidden">Hidden layer sizes.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="initialSigma">Start value of every sigma_t; null for the DDPM's own (<see cref="PosteriorSigmas"/>).</param>
    public DdpmSampler(int dimension, NoiseSchedule schedule, int[] hidden, Generator generator, Device device, double? initialSigma = null)
        : this(dimension, schedule, hidden, generator, device, initialSigma is { } sigma ? [.. Enumerable.Repeat(sigma, schedule.Steps)] : PosteriorSigmas(schedule))
    {
    }

    private DdpmSampler(int dimension, NoiseSchedule schedule, int[] hidden, Generator generator, Device device, double[] sigmas)
        : base(dimension, sigmas, device)
    {
        Schedule = schedule;
        _hidden = hidden;
        var layout = new FlatParameters.Layout();
        NoiseNetwork = new Mlp(layout, [dimension, .. hidden, dimension], [.. schedule.Positions.Reverse()], device);   // step t is at level T - t
        _scales = new double[Steps];
        _shifts = new double[Steps];
        for (int t = 0; t < Steps; t++)
        {
            int s = Steps - t;
            double beta = schedule.Betas[s - 1];
            _scales[t] = 1 / Math.Sqrt(1 - beta);
            _shifts[t] = beta / Math.Sqrt(1 - schedule.AlphaBars[s]) * _scales[t];
        }
        _scale = layout.Own(tensor(_scales, [Steps, 1], ScalarType.Float32, device));
        _shift = layout.Own(tensor(_shifts, [Steps, 1], ScalarType.Float32, device));
        Parameters = layout.Build(generator, device);
    }

    /// <summary>The noise levels.</summary>
    public NoiseSchedule Schedule { get; }

    /// <summary>eps(x, t).</summary>
    public Mlp NoiseNetwork { get; }

    /// <summary>The mean's factor of x by step, 1 / sqrt(1 - beta_s), s = T - t.</summary>
    public IReadOnlyList<double> Scales => _scales;

    /// <summary>The mean's factor of eps(x, t) by step, beta_s / (sqrt(1 - abar_s) sqrt(1 - beta_s)), s = T - t.</summary>
    public IReadOnlyList<double> Shifts => _shifts;

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <summary>eps(x, t) with one step a row: [B, D] and [B] to [B, D].</summary>
    public Tensor Noise(Tensor x, Tensor t) => NoiseNetwork.Forward(Parameters, x, t);

    /// <inheritdoc/>
    public override Tensor Mean(Tensor x, int t) => x.Times(_scales[t]).Minus(NoiseNetwork.Forward(Parameters, x, t).Times(_shifts[t]));

    /// <inheritdoc/>
    public override Tensor Mean(Tensor x, Tensor t)
        => (x * _scale.index_select(0, t)).Minus(NoiseNetwork.Forward(Parameters, x, t) * _shift.index_select(0, t));

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
        var converted = new DdpmSampler(Dimension, schedule, _hidden, unused, Parameters.Flat.device, [.. PosteriorSigmas(schedule).SkipLast(1), LastConvertedSigma]);
        using var _ = no_grad();
        converted.Parameters.Flat.copy_(Parameters.Flat);
        return converted;
    }

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
}
