using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion;
using DxmiMlNet.Lab.Metrics;
using DxmiMlNet.Diffusion.Samplers;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Densities;

/// <summary>Measures a sampler and an energy against their density, and takes what figures are drawn from.</summary>
internal static class DensityMeasurement
{
    /// <summary>Cells along a side of the landscapes.</summary>
    public const int GridSize = 48;

    // Of 10,000 points the AUROC, the true density's too, is uncertain by 0.003, as much as one setting differs from another: it is taken of ten
    // times as many, in blocks.
    private const int RankedBlocks = 10;

    private const int Directions = 1000, DrawnSamples = 2000, DrawnTrajectories = 150, DrawnSteps = 10;
    private const double Side = 8;

    /// <param name="density">What is measured against.</param>
    /// <param name="sampler">Draws the trajectories that are shown.</param>
    /// <param name="energy">Null where there is none.</param>
    /// <param name="points">Samples, and as many data points.</param>
    /// <param name="generator">Draws everything.</param>
    /// <param name="sample">Draws so many samples with the same generator; null for the sampler's.</param>
    public static DensityResult Of(Density density, Sampler sampler, Energy? energy, int points, Generator generator, Func<int, Tensor>? sample = null)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var samples = sample?.Invoke(points) ?? sampler.Sample(points, generator);
        var data = density.Sample(points, generator);
        Tensor[] ranked = [.. Enumerable.Range(0, RankedBlocks).Select(_ => density.Sample(points, generator))];
        Tensor[] uniform = [.. ranked.Select(block => rand(block.shape, generator: generator).Plus(-0.5).Times(Side))];
        var grid = Grid();
        bool isFinite = samples.isfinite().all().item<bool>();
        Tensor TrueEnergy(Tensor x) => density.LogDensity(x).neg();
        double Auroc(Func<Tensor, Tensor> of) => EnergyRanking.Auroc(cat(Array.ConvertAll(ranked, x => of(x))), cat(Array.ConvertAll(uniform, x => of(x))));
        return new DensityResult
        {
            Distance = isFinite ? SlicedWasserstein.Between(samples, data, Directions, generator) : new SlicedWasserstein(double.NaN, double.NaN),
            Auroc = energy is null ? null : Auroc(energy.Evaluate),
            IdealAuroc = Auroc(TrueEnergy),
            ModeShares = isFinite ? ModeCoverage.RelativeShares(density, samples) : [.. Enumerable.Repeat(double.NaN, density.Modes)],
            Curves = new TrainingCurves(),
            Samples = PointsOf(samples.narrow(0, 0, Math.Min(points, DrawnSamples))),
            Trajectories = Trajectories(sampler, generator),
            Landscape = energy?.Evaluate(grid).data<float>().ToArray(),
            TrueLandscape = TrueEnergy(grid).data<float>().ToArray(),
        };
    }

    // The middles of the cells, [GridSize^2, 2], row by row from the top.
    private static Tensor Grid()
    {
        double cell = Side / GridSize;
        var middles = arange(GridSize, dtype: ScalarType.Float32).Plus(0.5).Times(cell).Plus(-Side / 2);
        return stack([middles.repeat(GridSize), middles.flip(0).repeat_interleave(GridSize)], 1);
    }

    private static IReadOnlyList<(float, float)>[] Trajectories(Sampler sampler, Generator generator)
    {
        var states = sampler.Trajectories(DrawnTrajectories, generator);
        int shown = Math.Min(sampler.Steps, DrawnSteps);
        var drawn = Enumerable.Range(0, shown + 1).Select(i => PointsOf(states[sampler.Steps * i / shown])).ToArray();
        return [.. Enumerable.Range(0, DrawnTrajectories).Select(k => (IReadOnlyList<(float, float)>)[.. drawn.Select(points => points[k])])];
    }

    private static (float X, float Y)[] PointsOf(Tensor points) => [.. points.contiguous().data<float>().ToArray().Chunk(2).Select(p => (p[0], p[1]))];
}
