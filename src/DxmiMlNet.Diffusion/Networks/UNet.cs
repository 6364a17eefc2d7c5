using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>
/// A U-Net small enough for a CPU: 2 x 2 pixels a position, one residual block a level on the way down and one on the way up, no attention. Rows of D values
/// in and out, so that samplers need not know that they are images.
/// </summary>
public sealed class UNet : IStepNetwork
{
    private const int EmbeddingSize = 64;

    private readonly ImageShape _shape, _inputShape;
    private readonly Convolution _input, _output;
    private readonly Linear _embedding;
    private readonly ResidualBlock[] _down, _up;
    private readonly Convolution[] _shrink;
    private readonly ResidualBlock _middle;
    private readonly GroupNorm _norm;
    private readonly Tensor _stepTable;   // [steps, EmbeddingSize]

    /// <param name="layout">Takes the parameters.</param>
    /// <param name="shape">Shape of an image; height and width are multiples of 2^levels.</param>
    /// <param name="widths">Channels by level, multiples of 8, the finest first: at 1/2 of the image's size, 1/4, and so on.</param>
    /// <param name="positions">Positions (<see cref="StepEmbedding"/>) of the steps.</param>
    /// <param name="device">Where the table of step embeddings lives.</param>
    /// <param name="inputs">Images of the shape that a row of the input holds, one after another, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The image cannot be halved as often as there are levels.</exception>
    public UNet(FlatParameters.Layout layout, ImageShape shape, IReadOnlyList<int> widths, IReadOnlyList<double> positions, Device device, int inputs = 1)
    {
        CheckSize(shape, widths);
        _shape = shape;
        _inputShape = shape with { Channels = inputs * shape.Channels };
        int coarser = widths.Count - 1;
        _input = new Convolution(layout, 4 * _inputShape.Channels, widths[0]);
        _embedding = new Linear(layout, EmbeddingSize, EmbeddingSize);
        _down = new ResidualBlock[coarser];
        _shrink = new Convolution[coarser];
        _up = new ResidualBlock[coarser];
        for (int i = 0; i < coarser; i++)
        {
            _down[i] = new ResidualBlock(layout, widths[i], widths[i], EmbeddingSize);
            _shrink[i] = new Convolution(layout, widths[i], widths[i + 1], stride: 2);
        }
        _middle = new ResidualBlock(layout, widths[^1], widths[^1], EmbeddingSize);
        for (int i = coarser - 1; i >= 0; i--)
            _up[i] = new ResidualBlock(layout, widths[i + 1] + widths[i], widths[i], EmbeddingSize);
        _norm = new GroupNorm(layout, widths[0]);
        _output = new Convolution(layout, widths[0], 4 * shape.Channels, gain: 0);
        using var scope = NewDisposeScope();
        _stepTable = layout.Own(StepEmbedding.Table(positions, EmbeddingSize).to(device));
    }

    /// <inheritdoc/>
    public Tensor Forward(FlatParameters parameters, Tensor x, int t) => Apply(parameters, x, _stepTable.narrow(0, t, 1));

    /// <inheritdoc/>
    public Tensor Forward(FlatParameters parameters, Tensor x, Tensor t) => Apply(parameters, x, _stepTable.index_select(0, t));

    /// <summary>The network at any positions between those of its steps, one a row: [B, D] and [B] to [B, D].</summary>
    public Tensor ForwardAt(FlatParameters parameters, Tensor x, Tensor positions) => Apply(parameters, x, StepEmbedding.Of(positions, EmbeddingSize));

    private Tensor Apply(FlatParameters parameters, Tensor x, Tensor sines)
    {
        var embedding = F.silu(_embedding.Forward(parameters, sines));
        var h = _input.Forward(parameters, _inputShape.ToBlocks(x));
        var kept = new Tensor[_down.Length];
        for (int i = 0; i < _down.Length; i++)
        {
            kept[i] = _down[i].Forward(parameters, h, embedding);
            h = _shrink[i].Forward(parameters, kept[i]);
        }
        h = _middle.Forward(parameters, h, embedding);
        for (int i = _up.Length - 1; i >= 0; i--)
            h = _up[i].Forward(parameters, cat([Twice(h), kept[i]], 1), embedding);
        return _shape.FromBlocks(_output.Forward(parameters, F.silu(_norm.Forward(parameters, h))));
    }

    // Each value four times: nearest-neighbour enlargement.
    private static Tensor Twice(Tensor x)
    {
        var shape = x.shape;
        return x.unsqueeze(3).unsqueeze(5).expand(shape[0], shape[1], shape[2], 2, shape[3], 2).reshape(shape[0], shape[1], 2 * shape[2], 2 * shape[3]);
    }

    private static void CheckSize(ImageShape shape, IReadOnlyList<int> widths)
    {
        int multiple = 1 << widths.Count;
        if (shape.Height % multiple != 0 || shape.Width % multiple != 0)
            throw new ArgumentOutOfRangeException(nameof(shape),
                $"Images of {shape.Height} x {shape.Width} pixels do not fit a U-Net of {widths.Count} levels. "
                + $"Expected multiples of {multiple}. Choose another size, or fewer levels.");
    }
}
