using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>
/// A multi-layer perceptron, linear layers with SiLU between them, optionally conditioned on a generation step: the step's
/// sine-cosine embedding is a second input of the first layer, and where asked for, where the step leads is a third. Start values are PyTorch's: uniform in ±1/sqrt(fan in).
/// </summary>
public sealed class Mlp : IStepNetwork
{
    private const int EmbeddingSize = 32, NarrowInput = 8;

    private readonly int _embeddingSize;   // of a step, the next one's included where the network sees it

    private readonly (int Weight, int Bias)[] _layers;
    private readonly int _stepWeight = -1;
    private readonly Tensor? _stepTable;   // [steps, _embeddingSize]

    /// <param name="layout">Takes the parameters.</param>
    /// <param name="sizes">Input size, hidden sizes, output size.</param>
    /// <param name="positions">Positions (<see cref="StepEmbedding"/>) of the steps to condition on; null for a network without steps.</param>
    /// <param name="device">Where the table of step embeddings lives.</param>
    /// <param name="zeroOutput">Whether the last layer starts at zero, so that the network starts as the zero function.</param>
    /// <param name="end">Where the last step leads: the network then sees of every step where it begins and where it leads, the next one's position. Null for the beginning alone.</param>
    public Mlp(FlatParameters.Layout layout, int[] sizes, IReadOnlyList<double>? positions = null, Device? device = null, bool zeroOutput = false, double? end = null)
    {
        Sizes = sizes;
        _embeddingSize = end is null ? EmbeddingSize : 2 * EmbeddingSize;
        _layers = new (int, int)[sizes.Length - 1];
        for (int i = 0; i < _layers.Length; i++)
        {
            int fanIn = sizes[i] + (i == 0 && positions is not null ? _embeddingSize : 0);
            double bound = zeroOutput && i == _layers.Length - 1 ? 0 : 1 / Math.Sqrt(fanIn);
            _layers[i] = (layout.Add(bound, 0, sizes[i + 1], sizes[i]), layout.Add(bound, 0, sizes[i + 1]));
            if (i == 0 && positions is not null)
                _stepWeight = layout.Add(bound, 0, sizes[1], _embeddingSize);
        }
        using var scope = NewDisposeScope();
        if (positions is null)
            return;
        var table = StepEmbedding.Table(positions, EmbeddingSize);
        if (end is { } last)
            table = cat([table, StepEmbedding.Table([.. positions.Skip(1), last], EmbeddingSize)], 1);
        _stepTable = layout.Own(table.to(device ?? CPU));
    }

    /// <summary>Input size, hidden sizes, output size.</summary>
    public IReadOnlyList<int> Sizes { get; }

    /// <summary>Number of linear layers.</summary>
    public int Depth => _layers.Length;

    /// <summary>Weight [out, in] and bias [out] of a layer.</summary>
    public (Tensor Weight, Tensor Bias) Layer(FlatParameters parameters, int index)
        => (parameters[_layers[index].Weight], parameters[_layers[index].Bias]);

    /// <summary>The first layer's weight of a step's embedding, [out, size]; only for a network with steps.</summary>
    public Tensor StepWeight(FlatParameters parameters) => parameters[_stepWeight];

    /// <summary>The embedding of a step that such a network sees with an end, without tensors.</summary>
    /// <param name="from">Where the step begins.</param>
    /// <param name="to">Where it leads.</param>
    public static double[] StepEmbeddingOf(double from, double to) => [.. StepEmbedding.Of(from, EmbeddingSize), .. StepEmbedding.Of(to, EmbeddingSize)];

    /// <summary>The first layer's bias at every step, its embedding included, [steps, out]; only for a network with steps.</summary>
    public Tensor StepBiases(FlatParameters parameters) => StepBias(parameters, _stepTable!);

    /// <summary>The network without a step, [B, in] to [B, out].</summary>
    public Tensor Forward(FlatParameters parameters, Tensor x)
        => Rest(parameters, First(parameters, x, parameters[_layers[0].Bias]));

    /// <summary>The network with every row at step <paramref name="t"/>, [B, in] to [B, out].</summary>
    public Tensor Forward(FlatParameters parameters, Tensor x, int t)
        => Rest(parameters, First(parameters, x, StepBias(parameters, _stepTable![t])));

    /// <summary>The network with one step a row, [B, in] and [B] to [B, out].</summary>
    public Tensor Forward(FlatParameters parameters, Tensor x, Tensor t)
        => Rest(parameters, First(parameters, x, StepBias(parameters, _stepTable!).index_select(0, t)));

    private Tensor StepBias(FlatParameters parameters, Tensor embedding)
        => F.linear(embedding, parameters[_stepWeight], parameters[_layers[0].Bias]);

    // x W' + bias. The gradient of W [out, in] is a product that libraries are slow at where in is 2 or so; that of W' [in, out] is not.
    private Tensor First(FlatParameters parameters, Tensor x, Tensor bias)
    {
        using var weight = parameters[_layers[0].Weight].t();
        return bias.addmm(x, Sizes[0] <= NarrowInput ? weight.contiguous() : weight, 1, 1);
    }

    private Tensor Rest(FlatParameters parameters, Tensor h)
    {
        // Released as soon as they are used: memory that is used again is still in the cache, and most of a small network's time goes there.
        bool inPlace = !is_grad_enabled();
        for (int i = 1; i < _layers.Length; i++)
        {
            using var before = h;
            using var after = F.silu(before, inPlace);
            h = F.linear(after, parameters[_layers[i].Weight], parameters[_layers[i].Bias]);
        }
        return h;
    }
}
