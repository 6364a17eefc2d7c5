using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>
/// A sampler of T steps as one pass of one network: from the noise of a whole trajectory, x_0 and that of every step, to where the trajectory ends. Given all of
/// the noise the end is a function, which can be learned by regression; given x_0 alone it is not.
/// </summary>
public sealed class OneStepGenerator : Network
{
    private readonly IStepNetwork _network;

    /// <summary>A generator of vectors and feature patches, with a perceptron.</summary>
    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="steps">Steps T of the sampler that it takes the place of.</param>
    /// <param name="hidden">Hidden layer sizes.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    public OneStepGenerator(int dimension, int steps, int[] hidden, Generator generator, Device device)
        : this(dimension, steps, (layout, positions) => new Mlp(layout, [(steps + 1) * dimension, .. hidden, dimension], positions, device), generator, device)
    {
    }

    /// <summary>A generator with a network of any kind.</summary>
    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="steps">Steps T of the sampler that it takes the place of.</param>
    /// <param name="network">Makes the network [B, (T + 1) D] to [B, D]; it has one step.</param>
    /// <param name="generator">Draws the start values.</param>
    /// <param name="device">Where the parameters live.</param>
    public OneStepGenerator(int dimension, int steps, StepNetworkFactory network, Generator generator, Device device)
    {
        Dimension = dimension;
        NoiseVectors = steps + 1;
        var layout = new FlatParameters.Layout();
        _network = network(layout, [0]);
        Parameters = layout.Build(generator, device);
    }

    /// <summary>Dimension D of a sample.</summary>
    public int Dimension { get; }

    /// <summary>Vectors of noise that a sample is made from, T + 1.</summary>
    public int NoiseVectors { get; }

    /// <inheritdoc/>
    public override FlatParameters Parameters { get; }

    /// <summary>Samples from noise, as <see cref="Sampler.Follow"/>: [B, T + 1, D] to [B, D].</summary>
    /// <param name="noise">Standard normal values.</param>
    public Tensor Generate(Tensor noise) => _network.Forward(Parameters, noise.reshape(noise.shape[0], -1), 0);

    /// <summary>Draws samples. No gradients. [count, D].</summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="generator">Draws the noise.</param>
    public Tensor Sample(int count, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        return Generate(Noise(count, generator)).MoveToOuterDisposeScope();
    }

    /// <summary>Standard normal noise, [count, T + 1, D].</summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="generator">Draws it.</param>
    public Tensor Noise(int count, Generator generator) => randn([count, NoiseVectors, Dimension], device: Parameters.Flat.device, generator: generator);
}
