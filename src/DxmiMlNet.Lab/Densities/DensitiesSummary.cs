using DxmiMlNet.Lab.Densities;
namespace DxmiMlNet.Lab.Densities;

/// <summary>The table of all rows, medians over the seeds.</summary>
public sealed record DensitiesSummary(IReadOnlyList<DensityRow> Rows, IReadOnlyDictionary<string, double> MsPerIteration, string Report)
{
    /// <summary>Titles of the table's columns.</summary>
    public static readonly string[] Columns = ["Density", "Sampler", "SW (W2)", "SW (W1)", "AUROC", "true", "mode shares", "seeds", "diverged"];

    /// <summary>Rows of the same settings together, with the median over their seeds.</summary>
    public IEnumerable<(IReadOnlyList<DensityRow> Rows, string[] Cells)> Medians => Rows.GroupBy(row => (row.Density, row.Settings)).Select(group =>
    {
        DensityRow[] rows = [.. group];
        return ((IReadOnlyList<DensityRow>)rows, new[]
        {
            group.Key.Density, group.Key.Settings, ExperimentPage.Text(Median(rows, r => r.SlicedWasserstein)), ExperimentPage.Text(Median(rows, r => r.SlicedWasserstein1)),
            ExperimentPage.Text(Median(rows, r => r.Auroc)), ExperimentPage.Text(Median(rows, r => r.IdealAuroc)),
            $"{ExperimentPage.Text(Median(rows, r => r.ModeShareMin))} to {ExperimentPage.Text(Median(rows, r => r.ModeShareMax))}",
            $"{rows.Length}", $"{rows.Count(r => r.Diverged is not null)}",
        });
    });

    /// <summary>The median of what there is; null where there is nothing.</summary>
    public static double? Median(IEnumerable<DensityRow> rows, Func<DensityRow, double?> of) => Metrics.Median.Of(rows.Select(of).OfType<double>());
}
