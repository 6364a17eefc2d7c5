using DxmiMlNet.Diffusion.Samplers;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// A batch of trajectories of the current sampler, without gradients. Some may start part-way, from noised data: a step then has the rows that
/// started before it, followed by those that start at it. States[t] and Means[t] are [n_t, D] with n_0 &lt;= n_1 &lt;= ... &lt;= n_T = B.
/// </summary>
internal sealed record Rollout(Tensor[] States, Tensor[] Means, Tensor Samples)
{
    /// <param name="sampler">The sampler.</param>
    /// <param name="full">Number of trajectories that start from pure noise.</param>
    /// <param name="partway">Data for trajectories that start part-way, [P, D]; spread evenly over the steps 1..T-1. Null for none.</param>
    /// <param name="generator">Draws the noise.</param>
    public static Rollout Run(Sampler sampler, int full, Tensor? partway, Generator generator)
    {
        using var _ = no_grad();
        var device = sampler.Parameters.Flat.device;
        Tensor Normal(long rows) => randn(rows, sampler.Dimension, device: device, generator: generator);

        int steps = sampler.Steps;
        var states = new Tensor[steps];
        var means = new Tensor[steps];
        var x = Normal(full);
        long used = 0;
        for (int t = 0; t < steps; t++)
        {
            if (partway is not null && t > 0)
            {
                long until = partway.shape[0] * t / (steps - 1);
                if (until > used)
                {
                    var starts = partway.narrow(0, used, until - used);
                    x = cat([x, sampler.Noised(starts, t, Normal(until - used))]);
                    used = until;
                }
            }
            states[t] = x;
            means[t] = sampler.Mean(x, t);
            x = means[t].Plus(sampler.LogSigma(t).exp() * Normal(x.shape[0]));
        }
        return new Rollout(states, means, x);
    }

    /// <summary>x_{t+1} of the trajectories that take step t, [n_t, D].</summary>
    public Tensor After(int t) => t + 1 < States.Length ? States[t + 1].narrow(0, 0, States[t].shape[0]) : Samples;

    /// <summary>mean((x_{t+1} - x_t)^2) of every step over the trajectories that take it, [T].</summary>
    public Tensor SquaredVelocity()
    {
        using var _ = no_grad();
        return stack(States.Select((x, t) => After(t).Minus(x).Squared().mean()));
    }
}
