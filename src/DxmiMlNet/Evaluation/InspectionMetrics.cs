using System.Globalization;
using DxmiMlNet.Files;
using Microsoft.Data.Analysis;

namespace DxmiMlNet.Evaluation;

/// <summary>How well anomalous images and their defects are found, over all images and by type of defect.</summary>
public sealed record InspectionMetrics : MetricSet
{
    /// <summary>The row of all images in a table.</summary>
    internal const string AllName = "(all)";

    /// <summary>Images evaluated, good and anomalous.</summary>
    public required int Images { get; init; }

    /// <summary>The same by type of defect, in ordinal order of their names; empty without anomalous images.</summary>
    public required IReadOnlyDictionary<string, DefectMetrics> ByDefect { get; init; }

    /// <summary>
    /// A table with one row for all images, called "(all)", and one a defect type. What is null here is null there.
    /// </summary>
    /// <returns>Columns DefectType (String), Images (Int32) and, all Double, those of <see cref="Metric.All"/>.</returns>
    public DataFrame ToDataFrame() => new(
    [
        new StringDataFrameColumn("DefectType", [AllName, .. ByDefect.Keys]),
        new Int32DataFrameColumn("Images", (IEnumerable<int>)[Images, .. ByDefect.Values.Select(d => d.Images)]),
        .. Metric.All.Select(m => new DoubleDataFrameColumn(m.Name, (IEnumerable<double?>)[m.Value(this), .. ByDefect.Values.Select(m.Value)])),
    ]);

    /// <summary>Writes <see cref="ToDataFrame"/> as a CSV file with invariant numbers; it appears whole or not at all.</summary>
    /// <param name="path">The file; an existing one is replaced, a missing folder is made.</param>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public void SaveCsv(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        AtomicFile.Write(path, "The table", stream => DataFrame.SaveCsv(ToDataFrame(), stream, cultureInfo: CultureInfo.InvariantCulture));
    }
}
