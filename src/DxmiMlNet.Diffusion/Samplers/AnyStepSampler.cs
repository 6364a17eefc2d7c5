using System.Collections.Concurrent;
using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>
/// A DDPM for any number of steps, chosen when it is run: one network eps(x, u, v) that is told the noise levels from which and to which a step leads, and not its
/// number, and sigmas that are a function of them (<see cref="SigmaBasis"/>). <see cref="InSteps"/> is the sampler of T steps; all of them share the parameters, and
/// training one trains the others.
/// </summary>
public sealed class AnyStepSampler : Network
{
    private readonly ConcurrentDictionary<int, Lazy<DdpmSampler>> _samplers = [];
    private readonly Func<int, NoiseSchedule> _schedules;
    private readonly StepNetworkFactory _network;
    private readonly double? _initialSigma;

    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="schedules">The noise levels of T steps (<see cref="NoiseSchedule.Even"/>, <see cref="NoiseSchedule.Short"/>), of the same signal at the noisiest for every T.</param>
    /// <param name="hidden">Hidden layer sizes.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="initialSigma">Start value of every sigma; null for the DDPM's own (<see cref="DdpmSampler.PosteriorSigmas"/>).</param>
    public AnyStepSampler(int dimension, Func<int, NoiseSchedule> schedules, int[] hidden, Generator generator, Device device, double? initialSigma = null)
    {
        Dimension = dimension;
        _schedules = schedules;
        _initialSigma = initialSigma;
        _network = (layout, positions) => new Mlp(layout, [dimension, .. hidden, dimension], positions, device, end: NoiseSchedule.NoiseScale);
        var layout = new FlatParameters.Layout();
        _network(layout, [0]);
        Parameters = layout.Build(generator, device);
        var weights = new FlatParameters.Layout();
        weights.Add(0, 0, SigmaBasis.Count);
        SigmaWeights = weights.Build(generator, device);
    }

    /// <summary>Dimension D of a sample.</summary>
    public int Dimension { get; }

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <summary>The weights of the sigmas' functions, [K].</summary>
    public FlatParameters SigmaWeights { get; }

    /// <summary>The noise levels of T steps.</summary>
    /// <param name="steps">T, 1 or more.</param>
    public NoiseSchedule Schedule(int steps) => _schedules(steps).ByNoise();

    /// <summary>The sampler of T steps. It shares the parameters, and lives as long as this one.</summary>
    /// <param name="steps">T, 1 or more.</param>
    public DdpmSampler InSteps(int steps) => _samplers.GetOrAdd(steps,
        count => new(() => new DdpmSampler(Dimension, Schedule(count), _network, Parameters, SigmaWeights, _initialSigma))).Value;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var sampler in _samplers.Values)
                sampler.Value.Dispose();
            SigmaWeights.Dispose();
        }
        base.Dispose(disposing);
    }
}
