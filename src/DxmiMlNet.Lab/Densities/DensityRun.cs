namespace DxmiMlNet.Lab.Densities;

/// <summary>What is trained on a density, with which settings: one row of the experiments' table.</summary>
public sealed record DensityRun
{
    /// <summary>The numbers of steps that a sampler for any number is trained on.</summary>
    public static readonly IReadOnlyList<int> AnySteps = [1, 2, 4, 5, 8, 16];

    /// <summary>Name of the density.</summary>
    public required string Density { get; init; }

    /// <summary>Whether the sampler is trained by DxMI; else it is a DDPM.</summary>
    public bool IsDxmi { get; init; } = true;

    /// <summary>Whether a DDPM is one of 1000 levels, run in fewer steps at a converted schedule; else it is trained at <see cref="Steps"/> levels.</summary>
    public bool IsConverted { get; init; }

    /// <summary>Whether energy and value are one network, whose value at the last step is the energy.</summary>
    public bool IsSingleNetwork { get; init; }

    /// <summary>Whether the network of <see cref="IsSingleNetwork"/> has the Fourier features that a separate energy has.</summary>
    public bool HasFourierFeatures { get; init; }

    /// <summary>Generation steps T.</summary>
    public int Steps { get; init; } = 5;

    /// <summary>Whether the sampler is trained for any number of steps; it is then one training for all <see cref="Steps"/> it is measured at.</summary>
    public bool IsAnyStep { get; init; }

    /// <summary>Whether the sampler is converted into a one-step generator after training.</summary>
    public bool IsOneStep { get; init; }

    /// <summary>Scale of the guidance by the value at generation; 0 for none.</summary>
    public double Guidance { get; init; }

    /// <summary>Whether the sampler is first trained as a DDPM of T steps; else all sigmas start at 0.3.</summary>
    public bool IsPretrained { get; init; }

    /// <summary>tau1 = tau2.</summary>
    public double Tau { get; init; } = 0.1;

    /// <summary>Learning rate of the energy; <see cref="RateFor"/> keeps it in proportion to tau.</summary>
    public double EnergyRate { get; init; } = RateFor(0.1);

    /// <summary>Whether the running cost's variances follow the trajectories (AVR).</summary>
    public bool HasAdaptiveVelocity { get; init; } = true;

    /// <summary>Decides everything random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Iterations of DxMI, or of the DDPM's training.</summary>
    public int Iterations { get; init; } = 20_000;

    /// <summary>Samples, and as many data points, that are measured.</summary>
    public int Points { get; init; } = 10_000;

    /// <summary>The run whose training this one shares: what differs is how the trained sampler is run.</summary>
    public DensityRun ToTraining() => this with { Steps = IsAnyStep ? 0 : Steps, IsOneStep = false, Guidance = 0 };

    /// <summary>A name of its own among the runs of an experiment, good for a folder.</summary>
    public string Key => IsDxmi
        ? FormattableString.Invariant($"{Density}-dxmi{(IsAnyStep ? "-any" : "")}-{Steps}{(IsOneStep ? "-onestep" : "")}{(Guidance == 0 ? "" : $"-guided{Guidance}")}-")
            + FormattableString.Invariant($"{(IsSingleNetwork ? "single" : "separate")}{(HasFourierFeatures ? "-fourier" : "")}-{(IsPretrained ? "pretrained" : "scratch")}-tau{Tau}-rate{EnergyRate:0.########}-{(HasAdaptiveVelocity ? "avr" : "noavr")}-seed{Seed}")
        : FormattableString.Invariant($"{Density}-ddpm-{Steps}{(IsConverted ? "-converted" : "")}-seed{Seed}");

    /// <summary>The energy's rate that goes with a tau: 1e-4 at 0.1, and in proportion.</summary>
    public static double RateFor(double tau) => 1e-4 * tau / 0.1;
}
