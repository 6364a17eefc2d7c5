namespace DxmiMlNet.Diffusion.Training;

/// <summary>Settings of DxMI. The defaults are those with which two-dimensional densities are reproduced.</summary>
public sealed record DxmiOptions
{
    /// <summary>Iterations of the DxMI phase.</summary>
    public int Iterations { get; init; } = 10_000;

    /// <summary>Trajectories an iteration, data of an energy step, and states of a sampler step, B.</summary>
    public int BatchSize { get; init; } = 256;

    /// <summary>tau1, weight of the entropy term -log sigma_t.</summary>
    public double EntropyWeight { get; init; } = 0.1;

    /// <summary>tau2, weight of the running cost c_t.</summary>
    public double CostWeight { get; init; } = 0.1;

    /// <summary>The energy's step.</summary>
    public EnergyOptions Energy { get; init; } = new();

    /// <summary>The values' steps.</summary>
    public ValueOptions Values { get; init; } = new();

    /// <summary>Rollouts and the sampler's step.</summary>
    public SamplerOptions Sampler { get; init; } = new();

    /// <summary>What keeps the three in step with each other.</summary>
    public GuardOptions Guards { get; init; } = new();
}

/// <summary>Settings of the energy's step.</summary>
public sealed record EnergyOptions
{
    /// <summary>Learning rate: much slower than sampler and values, and in proportion to tau, or the sampler collapses onto one mode.</summary>
    public double Rate { get; init; } = 3e-5;

    /// <summary>Iterations over which the rate rises from 0, so that values and sampler can follow from the start.</summary>
    public int Warmup { get; init; }

    /// <summary>Largest gradient norm; infinity for none.</summary>
    public double Clip { get; init; } = 0.1;

    /// <summary>gamma, weight of the L2 regulariser.</summary>
    public double Regularization { get; init; }

    /// <summary>
    /// lambda of the gradient penalty lambda D (mean |grad E(x_data)|^2 + mean |grad E(x_T)|^2), without which energy and sampler may circle each other
    /// for ever (Mescheder et al. 2018, R1 and R2); 0 for none. D times the squared slope is the squared rise of the energy where all D values move by 1, uphill.
    /// </summary>
    public double GradientPenalty { get; init; }
}

/// <summary>Settings of the values' steps.</summary>
public sealed record ValueOptions
{
    /// <summary>Learning rate.</summary>
    public double Rate { get; init; } = 1e-3;

    /// <summary>Whether the variances s_t^2 of the running cost follow the trajectories (AVR); else they stay at what the first batch had.</summary>
    public bool AdaptiveVelocity { get; init; } = true;

    /// <summary>Number of last steps whose target has no entropy and no velocity term.</summary>
    public int FreeLastSteps { get; init; }
}

/// <summary>Settings of rollouts and of the sampler's step.</summary>
public sealed record SamplerOptions
{
    /// <summary>Learning rate of the means.</summary>
    public double Rate { get; init; } = 1e-3;

    /// <summary>Learning rate of log sigma.</summary>
    public double SigmaRate { get; init; } = 1e-2;

    /// <summary>Whether the last sigma stays as it starts.</summary>
    public bool FixLastSigma { get; init; }

    /// <summary>Share of the trajectories that start part-way, from noised data: negatives near the data. 0 to below 1.</summary>
    public double PartwayShare { get; init; }
}

/// <summary>Settings that keep energy, values and sampler in step, and end a training that has failed.</summary>
public sealed record GuardOptions
{
    /// <summary>Fraction of all rates at the end of their cosine schedule.</summary>
    public double FinalRate { get; init; } = LearningRate.Final;

    /// <summary>Decay of the moving averages of sampler and energy, which remain after training.</summary>
    public double AverageDecay { get; init; } = MovingAverage.DefaultDecay;

    /// <summary>beta_1 of the energy's and the sampler's Adam, 0 to below 1. Less than the usual 0.9 damps the swinging of the two about each other.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>The spread of the samples in units of the data's below which the sampler counts as collapsed.</summary>
    public double SmallestSpread { get; init; } = 0.1;

    /// <summary>The spread of the samples in units of the data's above which the sampler counts as run away.</summary>
    public double LargestSpread { get; init; } = 10;
}
