namespace DxmiMlNet.Images;

/// <summary>Reads a folder: MVTec layout, labelled folders, a folder of such folders, or plain good images.</summary>
internal static class FolderDataset
{
    private const string GroundTruth = "ground_truth";

    private static readonly EnumerationOptions s_deep = new() { RecurseSubdirectories = true, IgnoreInaccessible = false };

    public static IReadOnlyList<InspectionItem> Read(string folder)
    {
        List<InspectionItem> items;
        if (IsCategory(folder))
            items = ReadCategory(folder);
        else if (Subfolders(folder).Any(IsCategory))
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

    // "good" beside "bad": taken as plain, the bad parts would be learned as good ones.
    private static bool IsLabelled(string folder)
    {
        string[] named = [.. ClassFolders(folder).Where(f => Images(f).Count > 0).Select(f => Path.GetFileName(f))];
        return named.Length > 1 && named.Contains(InspectionItem.Good);
    }

    private static IEnumerable<string> ClassFolders(string folder) => Subfolders(folder).Where(f => Path.GetFileName(f) != GroundTruth);

    private static bool IsCategory(string folder) => IsMvtec(folder) || IsLabelled(folder);

    private static List<InspectionItem> ReadCategory(string folder) => IsMvtec(folder) ? ReadMvtec(folder) : ReadLabelled(folder);

    private static List<InspectionItem> ReadCategories(string folder)
    {
        var items = new List<InspectionItem>();
        foreach (string category in Subfolders(folder))
        {
            if (IsCategory(category))
                items.AddRange(ReadCategory(category));
            else if (Images(category).Count > 0)
                throw new DxmiException($"Folder '{category}' holds images, but not in train/good or test/<defect>, nor in good and <defect>, as its neighbours do.",
                    "Expected every subfolder of a data set with several categories to have the same layout.",
                    "Move its images to train/good and test/<defect>, or move the folder away.");
        }
        return items;
    }

    // The last fifth of the good ones in one piece: neighbouring names are often photographs of one part, which stay together.
    private static List<InspectionItem> ReadLabelled(string folder)
    {
        RequireNoLoose(folder, "");
        var items = ClassFolders(folder).SelectMany(f => ReadClass(folder, f, InspectionSplit.Test)).ToList();
        int[] good = [.. Enumerable.Range(0, items.Count).Where(i => !items[i].IsAnomalous)];
        foreach (int i in good[..^((good.Length + 4) / 5)])
            items[i] = items[i] with { Split = InspectionSplit.Train };
        return [.. items.OrderBy(item => item.Split)];
    }

    private static List<InspectionItem> ReadMvtec(string folder)
    {
        var items = new List<InspectionItem>();
        foreach (var (split, name) in new[] { (InspectionSplit.Train, "train"), (InspectionSplit.Test, "test") })
        {
            string splitFolder = Path.Combine(folder, name);
            foreach (string classFolder in Subfolders(splitFolder))
                items.AddRange(ReadClass(folder, classFolder, split));
            if (Directory.Exists(splitFolder))
                RequireNoLoose(splitFolder, name + "/");
        }
        return items;
    }

    /// <summary>The images of one kind of part, good or with one kind of defect, with their masks.</summary>
    private static IEnumerable<InspectionItem> ReadClass(string category, string classFolder, InspectionSplit split)
    {
        string defect = Path.GetFileName(classFolder);
        bool isGood = defect == InspectionItem.Good;
        var masks = isGood ? [] : Masks(Path.Combine(category, GroundTruth, defect));
        return Images(classFolder).Select(image =>
            new InspectionItem(image, !isGood, Path.GetFileName(category), defect, FindMask(masks, Key(classFolder, image)), split));
    }

    // Left where it lies, a loose image would silently be in neither class.
    private static void RequireNoLoose(string folder, string name)
    {
        if (Directory.EnumerateFiles(folder).FirstOrDefault(InspectionDataset.IsImage) is { } loose)
            throw new DxmiException($"Image '{loose}' lies directly in the folder '{Path.GetFileName(folder)}'.",
                $"Expected {name}good for good parts and {name}<defect> for the others.", "Move it into one of them.");
    }

    private static List<InspectionItem> ReadPlain(string folder)
    {
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
        => [.. Directory.EnumerateFiles(folder, "*", s_deep).Where(InspectionDataset.IsImage).OrderBy(f => Relative(folder, f), StringComparer.Ordinal)];
}
