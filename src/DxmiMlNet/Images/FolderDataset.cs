using DxmiMlNet.Diffusion;

namespace DxmiMlNet.Images;

/// <summary>Reads a folder: MVTec layout, a folder of such folders, or plain good images.</summary>
internal static class FolderDataset
{
    private static readonly EnumerationOptions s_deep = new() { RecurseSubdirectories = true, IgnoreInaccessible = false };

    public static IReadOnlyList<InspectionItem> Read(string folder)
    {
        List<InspectionItem> items;
        if (IsMvtec(folder))
            items = ReadMvtec(folder);
        else if (Subfolders(folder).Any(IsMvtec))
            items = ReadCategories(folder);
        else
            items = ReadPlain(folder);
        if (items.Count == 0)
            throw NoImage(folder);
        return items;
    }

    /// <summary>All images below a folder, by path in ordinal order.</summary>
    public static IReadOnlyList<InspectionItem> ReadAll(string folder)
        => [.. Images(folder).Select(image => new InspectionItem(image, false, Path.GetFileName(folder), InspectionItem.Good, "", InspectionSplit.Test))];

    public static DxmiException NoImage(string folder) => new($"Folder '{folder}' holds no image.",
        $"Expected train/good and test/<defect>, subfolders with these, or images ({string.Join(", ", InspectionDataset.ImageExtensions)}) anywhere in it.",
        "Check the path, or convert the images to PNG.");

    private static bool IsMvtec(string folder)
        => Directory.Exists(Path.Combine(folder, "train", InspectionItem.Good)) || Subfolders(Path.Combine(folder, "test")).Any();

    private static List<InspectionItem> ReadCategories(string folder)
    {
        var items = new List<InspectionItem>();
        foreach (string category in Subfolders(folder))
        {
            if (IsMvtec(category))
                items.AddRange(ReadMvtec(category));
            else if (Images(category).Count > 0)
                throw new DxmiException($"Folder '{category}' holds images, but not in train/good or test/<defect> as its neighbours do.",
                    "Expected every subfolder of a data set with several categories to have the same layout.",
                    "Move its images to train/good and test/<defect>, or move the folder away.");
        }
        return items;
    }

    private static List<InspectionItem> ReadMvtec(string folder)
    {
        string category = Path.GetFileName(folder);
        var items = new List<InspectionItem>();
        foreach (var (split, name) in new[] { (InspectionSplit.Train, "train"), (InspectionSplit.Test, "test") })
        {
            string splitFolder = Path.Combine(folder, name);
            foreach (string defectFolder in Subfolders(splitFolder))
            {
                string defect = Path.GetFileName(defectFolder);
                bool isGood = defect == InspectionItem.Good;
                var masks = isGood ? [] : Masks(Path.Combine(folder, "ground_truth", defect));
                items.AddRange(Images(defectFolder).Select(image =>
                    new InspectionItem(image, !isGood, category, defect, FindMask(masks, Key(defectFolder, image)), split)));
            }
            // Left where it lies, a loose image would silently be in neither class.
            if (Directory.Exists(splitFolder) && Directory.EnumerateFiles(splitFolder).FirstOrDefault(IsImage) is { } loose)
                throw new DxmiException($"Image '{loose}' lies directly in the folder '{name}'.",
                    $"Expected {name}/good for good parts and {name}/<defect> for the others.", "Move it into one of them.");
        }
        return items;
    }

    private static List<InspectionItem> ReadPlain(string folder)
    {
        var named = Subfolders(folder).Where(f => Images(f).Count > 0).Select(Path.GetFileName).ToArray();
        // "good" beside "bad": taken as plain, the bad parts would be learned as good ones.
        if (named.Length > 1 && named.Contains(InspectionItem.Good))
            throw new DxmiException($"Folder '{folder}' has '{InspectionItem.Good}' beside {string.Join(", ", named.Where(n => n != InspectionItem.Good).Select(n => $"'{n}'"))}.",
                "Expected train/good for good parts to learn from and test/<defect> for the others, or a folder of good parts only.",
                $"Name '{Path.Combine(folder, InspectionItem.Good)}' itself, or move the folders to train/good and test/<defect>.");
        string category = Path.GetFileName(folder);
        return [.. Images(folder).Select(image => new InspectionItem(image, false, category, InspectionItem.Good))];
    }

    /// <summary>Masks by their path inside the folder, without extension.</summary>
    private static Dictionary<string, string> Masks(string folder)
    {
        var masks = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Directory.Exists(folder))
            foreach (string mask in Images(folder))
                masks.TryAdd(Key(folder, mask), mask);
        return masks;
    }

    private static string FindMask(Dictionary<string, string> masks, string key)
        => masks.GetValueOrDefault(key + "_mask") ?? masks.GetValueOrDefault(key, "");

    private static string Key(string folder, string file) => Path.ChangeExtension(Relative(folder, file), null);

    /// <summary>With one separator on every platform, so that the order is the same too.</summary>
    private static string Relative(string folder, string file) => Path.GetRelativePath(folder, file).Replace('\\', '/');

    private static string[] Subfolders(string folder)
        => Directory.Exists(folder)
            ? [.. Directory.EnumerateDirectories(folder).Where(f => !Path.GetFileName(f).StartsWith('.')).Order(StringComparer.Ordinal)]
            : [];

    private static List<string> Images(string folder)
        => [.. Directory.EnumerateFiles(folder, "*", s_deep).Where(IsImage).OrderBy(f => Relative(folder, f), StringComparer.Ordinal)];

    // A leading dot is what some systems put before their own notes about a file ("._part1.png").
    private static bool IsImage(string file)
        => !Path.GetFileName(file).StartsWith('.') && InspectionDataset.ImageExtensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);
}
