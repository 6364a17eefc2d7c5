using System.Xml.Linq;
using DxmiMlNet.Reports;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Lab.Densities;

/// <summary>The page of one run on a density: figures, landscapes, samples, trajectories and curves.</summary>
internal static class DensityRunPage
{
    public static XElement Of(DensityRow row, DensityResult result) => ExperimentPage.Of($"{row.Density}: {row.Settings}, seed {row.Seed}",
        row.Diverged is null ? null : Element("p", ("class", "badge reject"), row.Diverged),
        ExperimentPage.Tiles(
            ("Sliced Wasserstein", ExperimentPage.Text(row.SlicedWasserstein), $"mean 1-D W2; mean W1 {ExperimentPage.Text(row.SlicedWasserstein1)}"),
            ("Energy AUROC", ExperimentPage.Text(row.Auroc), $"true density {ExperimentPage.Text(row.IdealAuroc)}"),
            ("Mode shares", $"{ExperimentPage.Text(row.ModeShareMin)} to {ExperimentPage.Text(row.ModeShareMax)}", "1 is right"),
            ("Time", $"{row.Seconds:0} s", $"{row.Iterations} iterations")),
        ExperimentPage.Figures("Density and samples",
            (result.Landscape is null ? null : PlaneFigure.Landscape(result.Landscape, "The learned energy."), "The learned energy, dark where it is low (ranked values)."),
            (PlaneFigure.Landscape(result.TrueLandscape, "The true density's energy."), "-ln p of the density itself."),
            (PlaneFigure.Points(result.Samples, "Samples."), $"{result.Samples.Count} samples."),
            (PlaneFigure.Trajectories(result.Trajectories, "Trajectories."), $"{result.Trajectories.Count} trajectories from noise to sample.")),
        Training(result.Curves));

    /// <summary>The curves of a training.</summary>
    public static XElement Training(TrainingCurves curves) => ExperimentPage.Figures("Training",
        [.. Groups(curves).Select(group => (CurveChart.Draw(group.Key, "iteration", [.. group.Select(name => (Short(name, group.Key), curves.Of(name)))]), group.Key))]);

    // Curves of one kind share a drawing: the sigmas, the variances, the energies, the losses.
    private static IEnumerable<IGrouping<string, string>> Groups(TrainingCurves curves) => curves.Names.GroupBy(name => name switch
    {
        _ when name.StartsWith("sigma ", StringComparison.Ordinal) => "Sigma by step",
        _ when name.StartsWith("AVR", StringComparison.Ordinal) => "AVR variance by step",
        _ when name.StartsWith("energy", StringComparison.Ordinal) => "Energy",
        "spread" => "Spread of the samples, in units of the data's",
        _ => char.ToUpperInvariant(name[0]) + name[1..],
    });

    private static string Short(string name, string group)
        => group.EndsWith("by step", StringComparison.Ordinal) ? "step " + name[(name.LastIndexOf(' ') + 1)..]
            : group == "Energy" ? name["energy ".Length..] : name;
}
