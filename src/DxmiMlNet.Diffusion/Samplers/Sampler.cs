using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>
/// The policy pi(x_{t+1} | x_t) = N(mu(x_t, t), sigma_t^2 I), t = 0..T-1: from noise x_0 to a sample x_T. The sigmas are trainable, one a step or a function of
/// the step's noise levels (<see cref="SigmaBasis"/>), kept as logarithms in parameters of their own because they learn at another rate.
/// </summary>
public abstract class Sampler : Network
{
    private readonly Tensor? _firstLogSigmas, _basis;   // of sigmas that are a function: [T] and [T, K]

    /// <param name="dimension">Dimension D of a sample.</param>
    /// <param name="sigmas">Start values of sigma_t, t = 0..T-1, each above 0.</param>
    /// <param name="device">Where the parameters live.</param>
    protected Sampler(int dimension, double[] sigmas, Device device)
    {
        Dimension = dimension;
        Steps = sigmas.Length;
        var layout = new FlatParameters.Layout();
        foreach (var sigma in sigmas)
            layout.Add(0, Math.Log(sigma), 1);
        using var unused = new Generator();
        LogSigmas = layout.Build(unused, device);
    }

    // Sigmas that are a function of the noise levels, whose weights several samplers share.
    private protected Sampler(int dimension, double[] sigmas, double[][] basis, FlatParameters weights, Device device)
    {
        Dimension = dimension;
        Steps = sigmas.Length;
        var layout = new FlatParameters.Layout();
        layout.Add(0, 0, SigmaBasis.Count);
        _firstLogSigmas = layout.Own(tensor(Array.ConvertAll(sigmas, sigma => (float)Math.Log(sigma)), device: device));
        _basis = layout.Own(tensor(basis.SelectMany(row => row).Select(value => (float)value).ToArray(), [Steps, SigmaBasis.Count], device: device));
        LogSigmas = layout.Share(weights);
    }

    /// <summary>Dimension D of a sample.</summary>
    public int Dimension { get; }

    /// <summary>Generation steps T.</summary>
    public int Steps { get; }

    /// <summary>What log sigma_t is learned as: parameter t of shape [1]; or the weights of <see cref="SigmaBasis"/>, one parameter [K].</summary>
    public FlatParameters LogSigmas { get; }

    /// <summary>log sigma_t, [1].</summary>
    public Tensor LogSigma(int t) => _basis is null ? LogSigmas[t] : LogSigmaOfSteps().narrow(0, t, 1);

    /// <summary>log sigma_t, t = 0..T-1, [T].</summary>
    public Tensor LogSigmaOfSteps() => _basis is null
        ? cat([.. Enumerable.Range(0, Steps).Select(step => LogSigmas[step])])
        : _basis.mv(LogSigmas[0]).Plus(_firstLogSigmas!);

    /// <summary>mu(x_t, t) with every row at the same step: [B, D] to [B, D].</summary>
    public abstract Tensor Mean(Tensor x, int t);

    /// <summary>mu(x_t, t) with one step a row: [B, D] and [B] to [B, D].</summary>
    public abstract Tensor Mean(Tensor x, Tensor t);

    /// <summary>Data brought to the noise that a trajectory has at step t: the start of a rollout that begins part-way, [B, D].</summary>
    /// <param name="data">Samples, [B, D].</param>
    /// <param name="t">The step, 0..T-1; 0 is the noisiest.</param>
    /// <param name="noise">Standard normal noise, [B, D].</param>
    public abstract Tensor Noised(Tensor data, int t, Tensor noise);

    /// <summary>Draws samples: x_0 ~ N(0, I), then T steps. No gradients. [count, D].</summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="generator">Draws the noise.</param>
    /// <param name="guidance">Moves every step's result; null for the sampler as it was learned.</param>
    public Tensor Sample(int count, Generator generator, ValueGuidance? guidance = null)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var x = Normal(count, generator);
        for (int t = 0; t < Steps; t++)
        {
            using var step = NewDisposeScope();
            var next = Next(x, t, generator);
            x = (guidance?.Move(next, t, LogSigma(t).exp()) ?? next).MoveToOuterDisposeScope();
        }
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>The samples that given noise leads to, x_0 being the first of it: [B, T + 1, D] to [B, D]. No gradients.</summary>
    /// <param name="noise">Standard normal values.</param>
    public Tensor Follow(Tensor noise)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var x = noise.select(1, 0);
        for (int t = 0; t < Steps; t++)
            x = Mean(x, t).Plus(LogSigma(t).exp() * noise.select(1, t + 1));
        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Draws samples and keeps the way to them: x_0 to x_T, T + 1 tensors of [count, D]. No gradients.</summary>
    /// <param name="count">Number of samples.</param>
    /// <param name="generator">Draws the noise.</param>
    public Tensor[] Trajectories(int count, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var states = new Tensor[Steps + 1];
        states[0] = Normal(count, generator);
        for (int t = 0; t < Steps; t++)
            states[t + 1] = Next(states[t], t, generator);
        return Array.ConvertAll(states, state => state.MoveToOuterDisposeScope());
    }

    private Tensor Next(Tensor x, int t, Generator generator) => Mean(x, t).Plus(LogSigma(t).exp() * Normal(x.shape[0], generator));

    private Tensor Normal(long count, Generator generator) => randn(count, Dimension, device: Parameters.Flat.device, generator: generator);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            LogSigmas.Dispose();
        base.Dispose(disposing);
    }
}
