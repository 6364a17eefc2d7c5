namespace DxmiMlNet.Diffusion.Training;

/// <summary>Settings of DxMI. The defaults are those with which two-dimensional densities are reproduced.</summary>
public sealed record DxmiOptions
{
    /// <summary>Iterations of the DxMI phase.</summary>
    public int Iterations { get; init; } = 10_000;

    /// <summary>Trajectories an iteration, B.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>tau1, weight of the entropy term -log sigma_t.</summary>
    public double EntropyWeight { get; init; } = 0.1;

    /// <summary>tau2, weight of the running cost c_t.</summary>
    public double CostWeight { get; init; } = 0.1;

    /// <summary>gamma, weight of the energy's L2 regulariser.</summary>
    public double EnergyRegularization { get; init; }

    /// <summary>Learning rate of sampler means.</summary>
    public double SamplerRate { get; init; } = 1e-3;

    /// <summary>Learning rate of log sigma.</summary>
    public double SigmaRate { get; init; } = 1e-2;

    /// <summary>Learning rate of the values.</summary>
    public double ValueRate { get; init; } = 1e-3;

    /// <summary>Learning rate of the energy: much slower than sampler and values, and in proportion to tau, or the sampler collapses onto one mode.</summary>
    public double EnergyRate { get; init; } = 3e-5;

    /// <summary>Iterations over which the energy's rate rises from 0, so that values and sampler can follow from the start.</summary>
    public int EnergyWarmup { get; init; }

    /// <summary>Iterations before the sampler's first step, in which energy and values get to know its trajectories: untrained values lead a pretrained sampler astray.</summary>
    public int SamplerWarmup { get; init; }

    /// <summary>Schedule of all rates.</summary>
    public RateSchedule Schedule { get; init; } = RateSchedule.Cosine;

    /// <summary>Fraction of the rates at the end of a cosine schedule.</summary>
    public double FinalRate { get; init; } = 0.02;

    /// <summary>Largest gradient norm of the energy; infinity for none.</summary>
    public double EnergyClip { get; init; } = 0.1;

    /// <summary>Largest gradient norm of the sampler; infinity for none.</summary>
    public double SamplerClip { get; init; } = 0.1;

    /// <summary>beta_1 of the energy's and the sampler's Adam, 0 to below 1. Less than the usual 0.9 damps the swinging of the two about each other.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Decay of the moving averages of sampler and energy.</summary>
    public double AverageDecay { get; init; } = 0.998;

    /// <summary>a of adaptive velocity regularisation.</summary>
    public double VelocityDecay { get; init; } = 0.99;

    /// <summary>Whether the variances of the running cost follow the trajectories (AVR).</summary>
    public bool AdaptiveVelocity { get; init; } = true;

    /// <summary>Sampler steps an iteration.</summary>
    public int SamplerSteps { get; init; } = 1;

    /// <summary>States of a sampler step, as many of every generation step; null for <see cref="BatchSize"/>.</summary>
    public int? SamplerBatchSize { get; init; }

    /// <summary>Whether the last sigma stays as it starts.</summary>
    public bool FixLastSigma { get; init; }

    /// <summary>Number of last steps whose target has no entropy and no velocity term.</summary>
    public int FreeLastSteps { get; init; }

    /// <summary>
    /// Number of last steps that change a state so little that its energy is taken as its value, V(., t) := E; 0 to T - 1. Such a step cannot correct a sample, and the energy's
    /// own gradient, which knows the data, corrects it in the step before.
    /// </summary>
    public int EnergyValuedSteps { get; init; }

    /// <summary>Share of the trajectories that start part-way, from noised data: negatives near the data. 0 to below 1.</summary>
    public double PartwayShare { get; init; }

    /// <summary>The spread of the samples in units of the data's below which the sampler counts as collapsed.</summary>
    public double SmallestSpread { get; init; } = 0.1;

    /// <summary>The spread of the samples in units of the data's above which the sampler counts as run away.</summary>
    public double LargestSpread { get; init; } = 10;
}
