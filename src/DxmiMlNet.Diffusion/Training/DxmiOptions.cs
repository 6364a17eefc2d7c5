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

    /// <summary>
    /// lambda of the gradient penalty lambda D (mean |grad E(x_data)|^2 + mean |grad E(x_T)|^2) of an energy step, without which energy and sampler may circle
    /// each other for ever (Mescheder et al. 2018, R1 and R2); 0 for none. D times the squared slope is the squared rise of the energy where all D values move by 1, uphill.
    /// </summary>
    public double GradientPenalty { get; init; }

    /// <summary>
    /// Data of an energy step, and as many samples where <see cref="RememberedRollouts"/> is more than 1; null for <see cref="BatchSize"/>.
    /// </summary>
    public int? EnergyBatchSize { get; init; }

    /// <summary>Energy steps an iteration, each on data of its own.</summary>
    public int EnergySteps { get; init; } = 1;

    /// <summary>
    /// Iterations whose samples an energy step draws from, the present one's and those before it: an energy that forgets where the sampler came from sends it
    /// back there (Shrivastava et al. 2017). 1 for the present one's alone, which are then taken as they are.
    /// </summary>
    public int RememberedRollouts { get; init; } = 1;

    /// <summary>
    /// lambda of the values' targets, 0 to 1 (Sutton's TD(lambda)). 0 is DxDP: the target is the next step's value at a fresh x_{t+1}, and what the energy says takes
    /// many iterations to reach the first steps. Above 0, the target at the x_{t+1} of the trajectory is (1 - lambda) times that value and lambda times the next step's target; 1 is what the rest of the trajectory cost.
    /// </summary>
    public double ReturnWeight { get; init; }

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

    /// <summary>Iterations over which the sampler's rate rises from 0 after <see cref="SamplerWarmup"/>: Adam's first steps are as long as its rate whatever the gradient, all one way.</summary>
    public int SamplerRamp { get; init; }

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

    /// <summary>States of a sampler step, as many of every generation step that it is on; null for <see cref="BatchSize"/>.</summary>
    public int? SamplerBatchSize { get; init; }

    /// <summary>Number of last generation steps that a sampler step is on, 1 to T; null for all. In the first ones of many, of noise that hides the data, a value has nothing to say.</summary>
    public int? TrainedLastSteps { get; init; }

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
