using System.Diagnostics;
using DxmiMlNet.Files;
using DxmiMlNet.Lab.Densities;

namespace DxmiMlNet.Lab.Densities;

/// <summary>One row of the densities' table; what does not apply to its sampler, or is no number, is null.</summary>
public sealed record DensityRow
{
    /// <summary>The samplers; a converted DDPM runs a network of 1000 levels in fewer steps.</summary>
    public const string Dxmi = "dxmi", Ddpm = "ddpm", Converted = "ddpm-converted";

    /// <summary>A name of its own among the rows, with its settings and seed.</summary>
    public required string Key { get; init; }
    /// <summary>Name of the density.</summary>
    public required string Density { get; init; }
    /// <summary><see cref="Dxmi"/>, <see cref="Ddpm"/> or <see cref="Converted"/>.</summary>
    public required string Sampler { get; init; }
    /// <summary>Whether energy and value are "separate" networks or a "single" one, "single with Fourier features" where it has those of a separate energy.</summary>
    public string? Network { get; init; }
    /// <summary>Generation steps T.</summary>
    public required int Steps { get; init; }
    /// <summary>Whether the sampler was trained for any number of steps, and ran in T of them.</summary>
    public bool AnyStep { get; init; }
    /// <summary>Whether it is a one-step generator that a sampler of T steps was converted into.</summary>
    public bool OneStep { get; init; }
    /// <summary>Scale of the guidance by the value at generation.</summary>
    public double? Guidance { get; init; }
    /// <summary>Whether the sampler was first trained as a DDPM.</summary>
    public required bool Pretrained { get; init; }
    /// <summary>tau1 = tau2.</summary>
    public double? Tau { get; init; }
    /// <summary>Learning rate of the energy.</summary>
    public double? EnergyRate { get; init; }
    /// <summary>Whether the running cost's variances follow the trajectories.</summary>
    public bool? Avr { get; init; }
    /// <summary>The seed.</summary>
    public required int Seed { get; init; }
    /// <summary>Iterations of training.</summary>
    public required int Iterations { get; init; }
    /// <summary>Samples, and as many data points, that were measured.</summary>
    public required int Points { get; init; }
    /// <summary>Sliced Wasserstein distance of order 2 between samples and data.</summary>
    public double? SlicedWasserstein { get; init; }
    /// <summary>The same of order 1.</summary>
    public double? SlicedWasserstein1 { get; init; }
    /// <summary>AUROC of the energy, data against uniform points.</summary>
    public double? Auroc { get; init; }
    /// <summary>AUROC of the true density.</summary>
    public required double IdealAuroc { get; init; }
    /// <summary>The least share that a mode gets of the samples, in units of its due.</summary>
    public double? ModeShareMin { get; init; }
    /// <summary>The greatest share that a mode gets of the samples, in units of its due.</summary>
    public double? ModeShareMax { get; init; }
    /// <summary>At which iteration training diverged and why; null where it did not.</summary>
    public string? Diverged { get; init; }
    /// <summary>Seconds of training; of a training for any number of steps, which several rows share, with their measurement.</summary>
    public required double Seconds { get; init; }

    /// <summary>Trains, measures and keeps the rows with their curves and their pages.</summary>
    /// <param name="runs">Of one training.</param>
    /// <param name="store">Where they are kept.</param>
    /// <param name="progress">Told the fraction that is done.</param>
    /// <param name="cancellation">Stops between two iterations.</param>
    internal static DensityRow[] Train(IReadOnlyList<DensityRun> runs, DensityRowStore store, Action<double> progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var results = DensityExperiment.Run(runs, store.Checkpoint(runs[0].ToTraining()), p => progress(p.Fraction), cancellation);
        double seconds = Math.Round(clock.Elapsed.TotalSeconds, 1);
        return [.. runs.Zip(results, (run, result) =>
        {
            var row = Of(run, result, seconds);
            store.Keep(row, result);
            return row;
        })];
    }

    /// <summary>What a table says of the settings, without the seed.</summary>
    public string Settings => Sampler == Ddpm ? $"DDPM, T = {Steps}"
        : Sampler == Converted ? $"DDPM of 1000 levels in T = {Steps} steps"
        : FormattableString.Invariant($"DxMI{(AnyStep ? " for any T" : "")}, T = {Steps}{(OneStep ? " converted to one step" : "")}{(Guidance is null ? "" : $" guided {Guidance}")}, tau {Tau}, energy rate {EnergyRate:0.#e-0}, {(Avr == true ? "AVR" : "no AVR")}, {Network}, {(Pretrained ? "pretrained" : "from scratch")}");

    private static DensityRow Of(DensityRun run, DensityResult result, double seconds) => new()
    {
        Key = run.Key,
        Density = run.Density,
        Sampler = run.IsDxmi ? Dxmi : run.IsConverted ? Converted : Ddpm,
        Network = run.IsDxmi ? run.IsSingleNetwork ? run.HasFourierFeatures ? "single with Fourier features" : "single" : "separate" : null,
        Steps = run.Steps,
        AnyStep = run.IsAnyStep,
        OneStep = run.IsOneStep,
        Guidance = run.Guidance == 0 ? null : run.Guidance,
        Pretrained = run.IsDxmi && run.IsPretrained,
        Tau = run.IsDxmi ? run.Tau : null,
        EnergyRate = run.IsDxmi ? run.EnergyRate : null,
        Avr = run.IsDxmi ? run.HasAdaptiveVelocity : null,
        Seed = run.Seed,
        Iterations = run.Iterations,
        Points = run.Points,
        SlicedWasserstein = Rounded(result.Distance.Second),
        SlicedWasserstein1 = Rounded(result.Distance.First),
        Auroc = Rounded(result.Auroc),
        IdealAuroc = Rounded(result.IdealAuroc)!.Value,
        ModeShareMin = Rounded(result.ModeShares.Min()),
        ModeShareMax = Rounded(result.ModeShares.Max()),
        Diverged = result.Divergence,
        Seconds = seconds,
    };

    private static double? Rounded(double? value) => JsonText.Number(value) is { } number ? Math.Round(number, 5) : null;
}
