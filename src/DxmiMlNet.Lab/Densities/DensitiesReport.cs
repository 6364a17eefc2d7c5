using System.Xml.Linq;
using DxmiMlNet.Reports;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Lab.Densities;

/// <summary>The page over all rows: the table of medians with links to the runs, and the ablation of tau.</summary>
internal sealed class DensitiesReport(IReadOnlyList<DensityRow> rows, IReadOnlyDictionary<string, double> msPerIteration)
{
    public const string PageName = "report.html";

    public void Save(string folder) => HtmlPage.Save(Page(), Path.Combine(folder, PageName));

    private XElement Page() => ExperimentPage.Of("DxMI on densities of the plane",
        ExperimentPage.Tiles([.. msPerIteration.Select(m => ($"Iteration, batch {m.Key}", FormattableString.Invariant($"{m.Value:0.0} ms"), (string?)"median, T = 5"))]),
        Table(),
        ExperimentPage.Figures("Entropy ablation, eight Gaussians",
            (AblationChart.Draw(rows, "Sliced Wasserstein", r => r.SlicedWasserstein), "Distance of the samples from the data by tau, every seed; lower is better."),
            (AblationChart.Draw(rows, "Energy AUROC", r => r.Auroc), "How well the energy tells data from uniform points, by tau.")));

    private XElement Table() => HtmlParts.Section("Medians over the seeds", HtmlParts.Table([.. DensitiesSummary.Columns, "runs"],
        new DensitiesSummary(rows, msPerIteration, PageName).Medians.Select(median => (object[])[.. median.Cells, Links(median.Rows)]), column => column == "Sampler"));

    private static IEnumerable<XElement> Links(IReadOnlyList<DensityRow> rows)
        => rows.Select(row => Element("a", ("href", DensityRowStore.Link(row)), ("title", $"seed {row.Seed}"), $" {row.Seed} "));
}
