using System.Collections.Concurrent;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Values;

/// <summary>The value of an <see cref="AnyStepSampler"/>: one network V(x, u, v) that is told the noise levels from which and to which the step at x leads.</summary>
public sealed class AnyStepValue : Network
{
    private readonly ConcurrentDictionary<int, Lazy<ValueNetwork>> _values = [];
    private readonly Func<int, NoiseSchedule> _schedules;
    private readonly StepNetworkFactory _network;

    /// <param name="sampler">The sampler, whose noise levels it is told.</param>
    /// <param name="hidden">Hidden layer sizes.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    public AnyStepValue(AnyStepSampler sampler, int[] hidden, Generator generator, Device device)
    {
        _schedules = sampler.Schedule;
        _network = (layout, positions) => new Mlp(layout, [sampler.Dimension, .. hidden, 1], positions, device, end: NoiseSchedule.NoiseScale);
        var layout = new FlatParameters.Layout();
        _network(layout, [0]);
        Parameters = layout.Build(generator, device);
    }

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <summary>The value of trajectories of T steps. It shares the parameters, and lives as long as this one.</summary>
    /// <param name="steps">T, 1 or more.</param>
    public ValueNetwork InSteps(int steps)
        => _values.GetOrAdd(steps, count => new(() => new ValueNetwork([.. _schedules(count).Positions.Reverse()], _network, Parameters))).Value;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var value in _values.Values)
                value.Value.Dispose();
        base.Dispose(disposing);
    }
}
