using DxmiMlNet.Lab.Densities;
using DxmiMlNet.Lab.Pictures;
namespace DxmiMlNet.Lab.Pictures;

/// <summary>The table of all rows.</summary>
public sealed record ImagesSummary(string Data, IReadOnlyList<ImageRow> Rows, ImageDistances Floor, string Report)
{
    /// <summary>Titles of the table's columns.</summary>
    public static readonly string[] Columns = ["Start", "T", "seed", "phase", "kernel", "Frechet", "recall", "seconds"];

    /// <summary>The rows as lines of the table.</summary>
    public IEnumerable<(ImageRow Row, string[] Cells)> Lines => Rows.Select(row => (row, new[]
    {
        row.Start, $"{row.Steps}", $"{row.Seed}", row.Phase,
        ExperimentPage.Text(row.KernelDistance), ExperimentPage.Text(row.FrechetDistance), ExperimentPage.Text(row.Recall),
        FormattableString.Invariant($"{row.Seconds:0}"),
    }));

    /// <summary>What training crops reach against those held out, in words.</summary>
    public string FloorText
        => $"Crops of the training parts against those held out: kernel {ExperimentPage.Text(Floor.Kernel)}, Frechet {ExperimentPage.Text(Floor.Frechet)}, recall {ExperimentPage.Text(Floor.Recall)}.";
}
