using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>
/// An image to one number, for energies and values: convolutions with SiLU that halve the image from level to level, the mean over what is left, and two
/// linear layers. Nothing is normalised: an energy has to see how strong a pattern is.
/// </summary>
public sealed class ConvolutionalScore : IStepNetwork
{
    private const int EmbeddingSize = 32;

    private static readonly double s_gain = Math.Sqrt(6);

    private readonly ImageShape _shape;
    private readonly Convolution[] _convolutions;
    private readonly Linear[] _steps;
    private readonly Linear _hidden, _output;
    private readonly Tensor? _stepTable;   // [steps, EmbeddingSize]

    /// <param name="layout">Takes the parameters.</param>
    /// <param name="shape">Shape of an image; height and width are multiples of 2^levels.</param>
    /// <param name="widths">Channels by level, the finest first: at 1/2 of the image's size, 1/4, and so on.</param>
    /// <param name="positions">Positions (<see cref="StepEmbedding"/>) of the steps to condition on; null for a network without steps.</param>
    /// <param name="device">Where the table of step embeddings lives.</param>
    public ConvolutionalScore(FlatParameters.Layout layout, ImageShape shape, IReadOnlyList<int> widths, IReadOnlyList<double>? positions, Device device)
    {
        _shape = shape;
        int levels = widths.Count;
        _convolutions = new Convolution[2 * levels - 1];
        _convolutions[0] = new Convolution(layout, 4 * shape.Channels, widths[0], gain: s_gain);
        for (int i = 1; i < levels; i++)
        {
            _convolutions[2 * i - 1] = new Convolution(layout, widths[i - 1], widths[i], stride: 2, gain: s_gain);
            _convolutions[2 * i] = new Convolution(layout, widths[i], widths[i], gain: s_gain);
        }
        _steps = positions is null ? [] : Array.ConvertAll(_convolutions, c => new Linear(layout, EmbeddingSize, c.Output));
        _hidden = new Linear(layout, widths[^1], widths[^1]);
        _output = new Linear(layout, widths[^1], 1, zero: true);
        using var scope = NewDisposeScope();
        if (positions is not null)
            _stepTable = layout.Own(StepEmbedding.Table(positions, EmbeddingSize).to(device));
    }

    /// <summary>The network without a step, [B, D] to [B, 1].</summary>
    public Tensor Forward(FlatParameters parameters, Tensor x) => Apply(parameters, x, null);

    /// <inheritdoc/>
    public Tensor Forward(FlatParameters parameters, Tensor x, int t) => Apply(parameters, x, _stepTable!.narrow(0, t, 1));

    /// <inheritdoc/>
    public Tensor Forward(FlatParameters parameters, Tensor x, Tensor t) => Apply(parameters, x, _stepTable!.index_select(0, t));

    private Tensor Apply(FlatParameters parameters, Tensor x, Tensor? embedding)
    {
        var h = _shape.ToBlocks(x);
        for (int i = 0; i < _convolutions.Length; i++)
        {
            h = _convolutions[i].Forward(parameters, h);
            if (embedding is not null)
                h = h.Plus(_steps[i].Forward(parameters, embedding).unsqueeze(-1).unsqueeze(-1));
            h = F.silu(h);
        }
        return _output.Forward(parameters, F.silu(_hidden.Forward(parameters, h.mean([2L, 3L]))));
    }
}
