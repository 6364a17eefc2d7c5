using System.Text.RegularExpressions;
using DxmiMlNet.Images;

namespace DxmiMlNet.Lab.Datasets;

/// <summary>
/// Reads KolektorSDD as it is published (Tabernik et al. 2019): a folder an item, <c>kos01</c> to <c>kos50</c>, with photographs of its surface
/// <c>PartM.jpg</c> and their masks <c>PartM_label.bmp</c>.
/// </summary>
internal static partial class KolektorDataset
{
    private const int Folds = 3;
    private const string MaskEnding = "_label.bmp", Defect = "crack";

    public static bool Matches(string folder) => ItemFolders(folder).Any(item => Directory.EnumerateFiles(item, "*" + MaskEnding).Any());

    /// <summary>One list a fold: to test on, every third item; to train on, the good parts of the others.</summary>
    /// <exception cref="DxmiException">A photograph has no mask, or a mask cannot be read.</exception>
    public static IReadOnlyList<InspectionItem>[] ReadFolds(string folder)
    {
        InspectionItem[][] byItem = [.. ItemFolders(folder).Select(item => ReadItem(item, Path.GetFileName(folder)))];
        return [.. Enumerable.Range(0, Folds).Select(fold => byItem
            .SelectMany((parts, i) => i % Folds == fold ? parts.Select(p => p with { Split = InspectionSplit.Test }) : parts.Where(p => !p.IsAnomalous))
            .OrderBy(p => p.Split).ToArray())];
    }

    private static InspectionItem[] ReadItem(string item, string category)
        => [.. Directory.EnumerateFiles(item).Where(f => InspectionDataset.IsImage(f) && !f.EndsWith(MaskEnding, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal).Select(image => ReadPart(image, category))];

    private static InspectionItem ReadPart(string image, string category)
    {
        string mask = Path.ChangeExtension(image, null) + MaskEnding;
        if (!File.Exists(mask))
            throw new DxmiException($"Image '{image}' has no mask '{Path.GetFileName(mask)}' beside it.",
                "Expected one for every image, black for a good part, as KolektorSDD has.", "Copy the data set again, or move the image away.");
        bool isAnomalous = !MaskFile.IsBlank(mask);
        return new InspectionItem(image, isAnomalous, category, isAnomalous ? Defect : InspectionItem.Good, isAnomalous ? mask : "");
    }

    private static string[] ItemFolders(string folder)
        => [.. Directory.EnumerateDirectories(folder).Where(f => ItemName().IsMatch(Path.GetFileName(f))).Order(StringComparer.Ordinal)];

    [GeneratedRegex("^kos[0-9]+$", RegexOptions.IgnoreCase)]
    private static partial Regex ItemName();
}
