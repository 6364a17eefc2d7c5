using System.Xml.Linq;
using DxmiMlNet.Lab.Densities;
using DxmiMlNet.Reports;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>The page of one run on images: figures and samples before and after, and curves.</summary>
internal static class ImageRunPage
{
    /// <param name="rows">Before and after, and converted to one step where it was.</param>
    /// <param name="curves">Of DxMI.</param>
    /// <param name="file">Reads a picture of the run.</param>
    public static XElement Of(ImageRow[] rows, TrainingCurves curves, Func<string, byte[]> file) => ExperimentPage.Of(
        $"{rows[0].Start.ToUpperInvariant()} in {rows[0].Steps} steps, seed {rows[0].Seed}",
        rows[1].Diverged is { } reason ? Element("p", ("class", "badge reject"), reason) : null,
        ExperimentPage.Tiles(
            ("Kernel distance", $"{ExperimentPage.Text(rows[1].KernelDistance)}", $"before DxMI {ExperimentPage.Text(rows[0].KernelDistance)}"),
            ("Frechet distance", $"{ExperimentPage.Text(rows[1].FrechetDistance)}", $"before DxMI {ExperimentPage.Text(rows[0].FrechetDistance)}"),
            ("Recall", $"{ExperimentPage.Text(rows[1].Recall)}", $"before DxMI {ExperimentPage.Text(rows[0].Recall)}"),
            ("Time", $"{rows[1].Seconds:0} s", $"pretraining {rows[0].Seconds:0} s")),
        ExperimentPage.Figures("Samples",
            (HtmlParts.Picture(file(ImageExperiment.BeforeSheet), "Samples before DxMI."), "Before DxMI."),
            (HtmlParts.Picture(file(ImageExperiment.AfterSheet), "Samples after DxMI."), "After DxMI, from the same noise."),
            (rows.Length > 2 ? HtmlParts.Picture(file(ImageExperiment.OneStepSheet), "Samples in one step.") : null,
                rows.Length > 2 ? $"Converted to one step, kernel distance {ExperimentPage.Text(rows[2].KernelDistance)}." : "")),
        DensityRunPage.Training(curves));
}
