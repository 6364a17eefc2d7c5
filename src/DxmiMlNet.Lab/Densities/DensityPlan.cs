using DxmiMlNet.Detection.Parts;

namespace DxmiMlNet.Lab.Densities;

/// <summary>The rows of the experiments' table, the most telling first.</summary>
public static class DensityPlan
{
    private static readonly int[] s_ddpmSteps = [5, 10, 100, 1000], s_convertedSteps = [5, 10, 100];
    private static readonly int[] s_untrainedSteps = [3, 10], s_fixedSteps = [5, 2, 8, 1];
    private static readonly double[] s_guidance = [0.1, 0.5];
    private static readonly double[] s_smallerTaus = [0.05, 0.01];

    /// <summary>
    /// On every density DxMI with tau 0.1 and the DDPMs; on eight Gaussians also the ablation of tau and of AVR and the single networks.
    /// </summary>
    /// <param name="densities">Names of densities.</param>
    /// <param name="seeds">Seeds 1 to this.</param>
    /// <param name="iterations">Iterations of every run.</param>
    /// <param name="points">Samples that are measured.</param>
    /// <param name="anyStep">Instead, on every density, a sampler for any number of steps and those of fixed numbers.</param>
    public static IEnumerable<DensityRun> Rows(IReadOnlyList<string> densities, int seeds, int iterations, int points, bool anyStep = false)
        => from kinds in anyStep ? [AnyStep(), Fixed()] : new[] { Main(), Ddpm(), Ablation() }
           from density in densities
           from kind in kinds
           where kind.Density is "" || kind.Density == density
           from seed in Enumerable.Range(1, seeds)
           select kind with { Density = density, Seed = seed, Iterations = iterations, Points = points };

    private static IEnumerable<DensityRun> Main() => BothStarts(new DensityRun { Density = "" });

    private static IEnumerable<DensityRun> AnyStep()
    {
        var run = new DensityRun { Density = "", IsAnyStep = true, EnergyRate = DensityRun.RateFor(0.1) / 2 };
        return
        [
            .. DensityRun.AnySteps.Concat(s_untrainedSteps).Order().Select(steps => run with { Steps = steps }),
            run with { IsOneStep = true },
            .. s_guidance.Select(scale => run with { Guidance = scale }),
        ];
    }

    private static IEnumerable<DensityRun> Fixed() => s_fixedSteps.Select(steps => new DensityRun { Density = "", Steps = steps });

    private static IEnumerable<DensityRun> Ddpm() =>
    [
        .. s_ddpmSteps.Select(steps => new DensityRun { Density = "", IsDxmi = false, Steps = steps }),
        .. s_convertedSteps.Select(steps => new DensityRun { Density = "", IsDxmi = false, Steps = steps, IsConverted = true }),
    ];

    private static IEnumerable<DensityRun> Ablation()
    {
        var run = new DensityRun { Density = new EightGaussians().Name };
        var withAvr = s_smallerTaus.Select(tau => run with { Tau = tau, EnergyRate = DensityRun.RateFor(tau) });
        IEnumerable<DensityRun> kinds =
        [
            run with { Tau = 0 },                                                      // without tau there is no rate in proportion to it: the energy learns as fast as at 0.1
            run with { HasAdaptiveVelocity = false },
            run with { IsSingleNetwork = true },
            run with { IsSingleNetwork = true, HasFourierFeatures = true },
            .. withAvr,
            run with { Tau = 0.01 },                                                   // known to fail: the energy is too fast for this tau
            .. withAvr.Select(kind => kind with { HasAdaptiveVelocity = false }),
        ];
        return kinds.SelectMany(BothStarts);
    }

    private static IEnumerable<DensityRun> BothStarts(DensityRun run) => [run with { IsPretrained = true }, run];
}
