using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>A sampler whose mean is mu(x, t) = a_t x + b_t f(x, t) with one network f: DDPM and EDM differ in the coefficients.</summary>
public abstract class NetworkSampler : Sampler
{
    private readonly double[] _scales, _shifts;
    private readonly Tensor _scale, _shift;   // a_t and b_t by step, [T, 1]

    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="scales">a_t, t = 0..T-1.</param>
    /// <param name="shifts">b_t, t = 0..T-1.</param>
    /// <param name="sigmas">Start values of sigma_t, t = 0..T-1, each above 0.</param>
    /// <param name="positions">Where the network's steps lie (<see cref="StepEmbedding"/>), t = 0..T-1.</param>
    /// <param name="network">Makes f, [B, D] to [B, D].</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    protected NetworkSampler(int dimension, double[] scales, double[] shifts, double[] sigmas, IReadOnlyList<double> positions,
        StepNetworkFactory network, Generator generator, Device device)
        : base(dimension, sigmas, device)
    {
        _scales = scales;
        _shifts = shifts;
        var layout = Layout(network, positions, device, out var made, out _scale, out _shift);
        Network = made;
        Parameters = layout.Build(generator, device);
    }

    // A sampler on parameters that others use, too.
    private protected NetworkSampler(int dimension, double[] scales, double[] shifts, double[] sigmas, IReadOnlyList<double> positions,
        StepNetworkFactory network, double[][] sigmaBasis, FlatParameters parameters, FlatParameters sigmaWeights)
        : base(dimension, sigmas, sigmaBasis, sigmaWeights, parameters.Flat.device)
    {
        _scales = scales;
        _shifts = shifts;
        var layout = Layout(network, positions, parameters.Flat.device, out var made, out _scale, out _shift);
        Network = made;
        Parameters = layout.Share(parameters);
    }

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <summary>f.</summary>
    public IStepNetwork Network { get; }

    /// <summary>a_t, t = 0..T-1.</summary>
    public IReadOnlyList<double> Scales => _scales;

    /// <summary>b_t, t = 0..T-1.</summary>
    public IReadOnlyList<double> Shifts => _shifts;

    /// <inheritdoc/>
    public override Tensor Mean(Tensor x, int t) => x.Times(_scales[t]).Plus(Network.Forward(Parameters, x, t).Times(_shifts[t]));

    /// <inheritdoc/>
    public override Tensor Mean(Tensor x, Tensor t)
        => (x * _scale.index_select(0, t)).Plus(Network.Forward(Parameters, x, t) * _shift.index_select(0, t));

    private FlatParameters.Layout Layout(StepNetworkFactory network, IReadOnlyList<double> positions, Device device, out IStepNetwork made, out Tensor scale, out Tensor shift)
    {
        var layout = new FlatParameters.Layout();
        made = network(layout, positions);
        scale = layout.Own(tensor(_scales, [Steps, 1], ScalarType.Float32, device));
        shift = layout.Own(tensor(_shifts, [Steps, 1], ScalarType.Float32, device));
        return layout;
    }

    /// <summary>Takes over another sampler's network.</summary>
    private protected void CopyNetwork(NetworkSampler other)
    {
        using var _ = no_grad();
        Parameters.Flat.copy_(other.Parameters.Flat);
    }
}
