using System.Diagnostics;
using DxmiMlNet.Files;
using DxmiMlNet.Lab.Densities;

namespace DxmiMlNet.Lab.Densities;

/// <summary>One row of the densities' table; what does not apply to its sampler, or is no number, is null.</summary>
internal sealed record DensityRow
{
    /// <summary>The samplers; a converted DDPM runs a network of 1000 levels in fewer steps.</summary>
    public const string Dxmi = "dxmi", Ddpm = "ddpm", Converted = "ddpm-converted";

    public required string Key { get; init; }
    public required string Density { get; init; }
    public required string Sampler { get; init; }
    public string? Network { get; init; }
    public required int Steps { get; init; }
    public required bool Pretrained { get; init; }
    public double? Tau { get; init; }
    public double? EnergyRate { get; init; }
    public bool? Avr { get; init; }
    public required int Seed { get; init; }
    public required int Iterations { get; init; }
    public required int Points { get; init; }
    public double? SlicedWasserstein { get; init; }
    public double? SlicedWasserstein1 { get; init; }
    public double? Auroc { get; init; }
    public required double IdealAuroc { get; init; }
    public double? ModeShareMin { get; init; }
    public double? ModeShareMax { get; init; }
    public string? Diverged { get; init; }
    public required double Seconds { get; init; }

    /// <summary>Trains, measures and keeps the row with its curves and its page.</summary>
    public static DensityRow Train(DensityRun run, DensityRowStore store, Action<double> progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var result = DensityExperiment.Run(run, p => progress(p.Fraction), cancellation);
        var row = Of(run, result, Math.Round(clock.Elapsed.TotalSeconds, 1));
        store.Keep(row, result);
        return row;
    }

    /// <summary>What a table says of the settings, without the seed.</summary>
    public string Settings => Sampler == Ddpm ? $"DDPM, T = {Steps}"
        : Sampler == Converted ? $"DDPM of 1000 levels in T = {Steps} steps"
        : FormattableString.Invariant($"DxMI, T = {Steps}, tau {Tau}, energy rate {EnergyRate:0.#e-0}, {(Avr == true ? "AVR" : "no AVR")}, {Network}, {(Pretrained ? "pretrained" : "from scratch")}");

    private static DensityRow Of(DensityRun run, DensityResult result, double seconds) => new()
    {
        Key = run.Key,
        Density = run.Density,
        Sampler = run.IsDxmi ? Dxmi : run.IsConverted ? Converted : Ddpm,
        Network = run.IsDxmi ? run.IsSingleNetwork ? "single" : "separate" : null,
        Steps = run.Steps,
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
