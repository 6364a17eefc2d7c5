using System.Collections.Concurrent;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Diffusion.Samplers;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Energies;

/// <summary>
/// An energy that is told how many steps its negatives took: E(x, T), one network of random Fourier features of x and of log2 T. Samplers of different T are wrong in
/// different ways. One energy for all of them sees their mixture, in which what one T has too much of another has too little of, and sends none of them back; E(., T)
/// sends back the sampler of T steps. As an energy it is E(x, T) at one T whose sampler is good.
/// </summary>
public sealed class AnyStepEnergy : Energy
{
    private const double StepScale = 5;   // positions by doubling of T

    private readonly ConcurrentDictionary<int, Lazy<Energy>> _energies = [];
    private readonly FourierFeatures _features;
    private readonly int[] _sizes;
    private readonly int _scoredSteps;

    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="hidden">Hidden layer sizes.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="fourierFeatures">Number of Fourier features beside x, even.</param>
    /// <param name="scoredSteps">The T whose energy is the energy.</param>
    /// <param name="fourierScale">Standard deviation of their frequencies, in radians per unit of x.</param>
    public AnyStepEnergy(int dimension, int[] hidden, Generator generator, Device device, int fourierFeatures, int scoredSteps, double fourierScale = 1)
    {
        Dimension = dimension;
        _scoredSteps = scoredSteps;
        var layout = new FlatParameters.Layout();
        _features = new FourierFeatures(layout, dimension, fourierFeatures, fourierScale, generator, device);
        _sizes = [_features.Size, .. hidden, 1];
        _ = new Mlp(layout, _sizes, [0], device);
        Parameters = layout.Build(generator, device);
    }

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <inheritdoc/>
    public override int Dimension { get; }

    /// <summary>E(., T). It shares the parameters, and lives as long as this one.</summary>
    /// <param name="steps">T, 1 or more.</param>
    public Energy InSteps(int steps) => _energies.GetOrAdd(steps, count => new(() => new OfSteps(this, count))).Value;

    /// <inheritdoc/>
    public override Tensor Evaluate(Tensor x) => InSteps(_scoredSteps).Evaluate(x);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var energy in _energies.Values)
                energy.Value.Dispose();
        base.Dispose(disposing);
    }

    private sealed class OfSteps : Energy
    {
        private readonly FourierFeatures _features;
        private readonly Mlp _network;

        public OfSteps(AnyStepEnergy whole, int steps)
        {
            var layout = new FlatParameters.Layout();
            _features = whole._features;
            _network = new Mlp(layout, whole._sizes, [StepScale * Math.Log2(steps)], whole.Parameters.Flat.device);
            Parameters = layout.Share(whole.Parameters);
            Dimension = whole.Dimension;
        }

        public override FlatParameters Parameters { get; }

        public override int Dimension { get; }

        public override Tensor Evaluate(Tensor x) => _network.Forward(Parameters, _features.Of(x), 0).squeeze(-1);
    }
}
