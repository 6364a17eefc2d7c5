using System.Text;
using System.Xml.Linq;
using DxmiMlNet.Explanation;
using DxmiMlNet.Files;
using DxmiMlNet.Persistence;
using static DxmiMlNet.Explanation.Html;

namespace DxmiMlNet.Lab.Densities;

/// <summary>The page over all rows: the table of medians with links to the runs, and the ablation of tau.</summary>
internal sealed class DensitiesReport(IReadOnlyList<DensityRow> rows, IReadOnlyDictionary<string, double> msPerIteration)
{
    public const string PageName = "report.html";

    public void Save(string folder) => AtomicFile.Write(Path.Combine(folder, PageName), "The report", stream =>
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        Html.Write(Page(), writer);
    });

    private XElement Page() => ExperimentPage.Of("DxMI on densities of the plane",
        ExperimentPage.Tiles([.. msPerIteration.Select(m => ($"Iteration, batch {m.Key}", FormattableString.Invariant($"{m.Value:0.0} ms"), (string?)"median, T = 5"))]),
        Table(),
        ExperimentPage.Figures("Entropy ablation, eight Gaussians",
            (AblationChart.Draw(rows, "Sliced Wasserstein", r => r.SlicedWasserstein), "Distance of the samples from the data by tau, every seed; lower is better. Circles: energy rate in proportion to tau; crosses: rate as at 0.1."),
            (AblationChart.Draw(rows, "Energy AUROC", r => r.Auroc), "How well the energy tells data from uniform points, by tau.")));

    private XElement Table() => Element("section", Element("h2", "Medians over the seeds"), Element("table",
        Element("thead", Element("tr", [.. DensitiesSummary.Columns.Append("runs").Select(c => (object)Element("th", ("scope", "col"), IsText(c) ? ("style", "text-align:left") : null, c))])),
        Element("tbody", new DensitiesSummary(rows, msPerIteration, PageName).Medians.Select(median => Element("tr",
            [.. median.Cells.Select((cell, i) => (object)Element("td", IsText(DensitiesSummary.Columns[i]) ? ("style", "text-align:left") : null, cell)), Element("td", Links(median.Rows))])))));

    private static bool IsText(string column) => column is "Density" or "Sampler";

    private static IEnumerable<XElement> Links(IReadOnlyList<DensityRow> rows)
        => rows.Select(row => Element("a", ("href", DensityRowStore.Link(row)), ("title", $"seed {row.Seed}"), $" {row.Seed} "));
}
