using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Values;

/// <summary>
/// The value V(x, t), t = 0..T-1: the expected future cost of a trajectory that stands at x at step t. In the single-network variant it also has a
/// step T, whose value is the energy.
/// </summary>
public sealed class ValueNetwork : Network
{
    private readonly IStepNetwork _network;

    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="steps">Generation steps T.</param>
    /// <param name="hidden">Hidden layer sizes.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="holdsEnergy">Whether it has the step T.</param>
    public ValueNetwork(int dimension, int steps, int[] hidden, Generator generator, Device device, bool holdsEnergy = false)
        : this(dimension, steps, (layout, positions) => new Mlp(layout, [dimension, .. hidden, 1], positions, device, zeroOutput: holdsEnergy), generator, device, holdsEnergy)
    {
    }

    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="steps">Generation steps T.</param>
    /// <param name="network">Makes the network [B, D] to [B, 1].</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    /// <param name="holdsEnergy">Whether it has the step T.</param>
    public ValueNetwork(int dimension, int steps, StepNetworkFactory network, Generator generator, Device device, bool holdsEnergy = false)
    {
        Steps = steps;
        var layout = new FlatParameters.Layout();
        _network = network(layout, StepEmbedding.Evenly(holdsEnergy ? steps + 1 : steps));
        Parameters = layout.Build(generator, device);
        if (holdsEnergy)
            Energy = new EndEnergy(this, dimension, steps);
    }

    // One of the values of an AnyStepValue, on its parameters.
    internal ValueNetwork(IReadOnlyList<double> positions, StepNetworkFactory network, FlatParameters parameters)
    {
        Steps = positions.Count;
        var layout = new FlatParameters.Layout();
        _network = network(layout, positions);
        Parameters = layout.Share(parameters);
    }

    /// <summary>Generation steps T.</summary>
    public int Steps { get; }

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <summary>V(., T) in the single-network variant, else null. It shares the parameters and lives as long as the network.</summary>
    public Energy? Energy { get; }

    /// <summary>V(x, t) with every row at the same step: [B, D] to [B].</summary>
    public Tensor Evaluate(Tensor x, int t) => _network.Forward(Parameters, x, t).squeeze(-1);

    /// <summary>V(x, t) with one step a row: [B, D] and [B] to [B].</summary>
    public Tensor Evaluate(Tensor x, Tensor t) => _network.Forward(Parameters, x, t).squeeze(-1);

    private sealed class EndEnergy(ValueNetwork value, int dimension, int end) : Energy
    {
        public override int Dimension => dimension;

        public override FlatParameters Parameters => value.Parameters;

        public override Tensor Evaluate(Tensor x) => value.Evaluate(x, end);

        [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2215", Justification = "The parameters are the value network's, which releases them.")]
        protected override void Dispose(bool disposing)
        {
        }
    }
}
