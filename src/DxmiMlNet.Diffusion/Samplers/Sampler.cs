using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>
/// The policy pi(x_{t+1} | x_t) = N(mu(x_t, t), sigma_t^2 I), t = 0..T-1: from noise x_0 to a sample x_T. The sigmas are trainable, one a step,
/// kept as logarithms in parameters of their own because they learn at another rate.
/// </summary>
public abstract class Sampler : Network
{
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

    /// <summary>Dimension D of a sample.</summary>
    public int Dimension { get; }

    /// <summary>Generation steps T.</summary>
    public int Steps { get; }

    /// <summary>log sigma_t: parameter t of shape [1]; as one row, [T].</summary>
    public FlatParameters LogSigmas { get; }

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
    public Tensor Sample(int count, Generator generator)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var x = Normal(count, generator);
        for (int t = 0; t < Steps; t++)
        {
            using var step = NewDisposeScope();
            x = Next(x, t, generator).MoveToOuterDisposeScope();
        }
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

    private Tensor Next(Tensor x, int t, Generator generator) => Mean(x, t).Plus(LogSigmas[t].exp() * Normal(x.shape[0], generator));

    private Tensor Normal(long count, Generator generator) => randn(count, Dimension, device: Parameters.Flat.device, generator: generator);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            LogSigmas.Dispose();
        base.Dispose(disposing);
    }
}
