namespace DxmiMlNet.Images.Datasets;

/// <summary>Reads a folder: MVTec layout, labelled folders, a folder of such folders, or plain good images.</summary>
internal sealed class FolderDataset
{
    private const string GroundTruth = "ground_truth";

    private readonly FolderTree _tree;

    private FolderDataset(string folder, DatasetOptions options) => _tree = new FolderTree(folder, options);

    public static InspectionItems Read(string folder, DatasetOptions options) => new FolderDataset(folder, options).Read(folder);

    /// <summary>All images below a folder, by path in ordinal order.</summary>
    public static InspectionItems ReadAll(string folder, DatasetOptions options)
    {
        var tree = new FolderTree(folder, options);
        var images = tree.Images(folder);
        return images.Count == 0 ? throw NoImage(folder, tree)
            : new InspectionItems([.. images.Select(image => new InspectionItem(image, false, Path.GetFileName(folder), InspectionItem.Good, "", InspectionSplit.Test))], tree.Skipped);
    }

    private static DxmiException NoImage(string folder, FolderTree tree) => tree.Skipped is [var first, ..]
        ? new DxmiException($"Folder '{folder}' holds no image that may be read: '{first.Path}' {first.Reason}{(tree.Skipped.Count == 1 ? "" : $", and {tree.Skipped.Count - 1} more like it")}.",
            "Expected images that lie in the folder.", "Name the folder that the links lead to, copy the images, or have links followed (--follow-links, DatasetOptions.FollowLinksOutside).")
        : new DxmiException($"Folder '{folder}' holds no image.",
            $"Expected train/good and test/<defect>, subfolders with these, or images ({string.Join(", ", InspectionDataset.ImageExtensions)}) anywhere in it.",
            "Check the path, or convert the images to PNG.");

    private InspectionItems Read(string folder)
    {
        List<InspectionItem> items;
        if (IsCategory(folder))
            items = ReadCategory(folder);
        else if (_tree.Subfolders(folder).Any(IsCategory))
            items = ReadCategories(folder);
        else
            items = ReadPlain(folder);
        return items.Count > 0 ? new InspectionItems(items, _tree.Skipped) : throw NoImage(folder, _tree);
    }

    private bool IsMvtec(string folder)
        => Directory.Exists(Path.Combine(folder, "train", InspectionItem.Good)) || _tree.AllSubfolders(Path.Combine(folder, "test")).Length > 0;

    // "good" beside "bad": taken as plain, the bad parts would be learned as good ones.
    private bool IsLabelled(string folder)
    {
        string[] named = [.. _tree.AllSubfolders(folder).Where(f => Path.GetFileName(f) != GroundTruth && _tree.HasImage(f)).Select(f => Path.GetFileName(f))];
        return named.Length > 1 && named.Contains(InspectionItem.Good);
    }

    private IEnumerable<string> ClassFolders(string folder) => _tree.Subfolders(folder).Where(f => Path.GetFileName(f) != GroundTruth);

    private bool IsCategory(string folder) => IsMvtec(folder) || IsLabelled(folder);

    private List<InspectionItem> ReadCategory(string folder) => IsMvtec(folder) ? ReadMvtec(folder) : ReadLabelled(folder);

    private List<InspectionItem> ReadCategories(string folder)
    {
        var items = new List<InspectionItem>();
        foreach (string category in _tree.Subfolders(folder))
        {
            if (IsCategory(category))
                items.AddRange(ReadCategory(category));
            else if (_tree.HasImage(category))
                throw new DxmiException($"Folder '{category}' holds images, but not in train/good or test/<defect>, nor in good and <defect>, as its neighbours do.",
                    "Expected every subfolder of a data set with several categories to have the same layout.",
                    "Move its images to train/good and test/<defect>, or move the folder away.");
        }
        return items;
    }

    // The last fifth of the good ones in one piece: neighbouring names are often photographs of one part, which stay together.
    private List<InspectionItem> ReadLabelled(string folder)
    {
        RequireNoLoose(folder, "");
        var items = ClassFolders(folder).SelectMany(f => ReadClass(folder, f, InspectionSplit.Test)).ToList();
        int[] good = [.. Enumerable.Range(0, items.Count).Where(i => !items[i].IsAnomalous)];
        foreach (int i in good[..^((good.Length + 4) / 5)])
            items[i] = items[i] with { Split = InspectionSplit.Train };
        return [.. items.OrderBy(item => item.Split)];
    }

    private List<InspectionItem> ReadMvtec(string folder)
    {
        var items = new List<InspectionItem>();
        foreach (var (split, name) in new[] { (InspectionSplit.Train, "train"), (InspectionSplit.Test, "test") })
        {
            string splitFolder = Path.Combine(folder, name);
            foreach (string classFolder in _tree.Subfolders(splitFolder))
                items.AddRange(ReadClass(folder, classFolder, split));
            if (Directory.Exists(splitFolder))
                RequireNoLoose(splitFolder, name + "/");
        }
        return items;
    }

    /// <summary>The images of one kind of part, good or with one kind of defect, with their masks.</summary>
    private IEnumerable<InspectionItem> ReadClass(string category, string classFolder, InspectionSplit split)
    {
        string defect = Path.GetFileName(classFolder);
        bool isGood = defect == InspectionItem.Good;
        var masks = isGood ? [] : Masks(Path.Combine(category, GroundTruth, defect));
        return _tree.Images(classFolder).Select(image =>
            new InspectionItem(image, !isGood, Path.GetFileName(category), defect, FindMask(masks, Key(classFolder, image)), split));
    }

    // Left where it lies, a loose image would silently be in neither class.
    private static void RequireNoLoose(string folder, string name)
    {
        if (Directory.EnumerateFiles(folder).FirstOrDefault(InspectionDataset.IsImage) is { } loose)
            throw new DxmiException($"Image '{loose}' lies directly in the folder '{Path.GetFileName(folder)}'.",
                $"Expected {name}good for good parts and {name}<defect> for the others.", "Move it into one of them.");
    }

    private List<InspectionItem> ReadPlain(string folder)
    {
        string category = Path.GetFileName(folder);
        return [.. _tree.Images(folder).Select(image => new InspectionItem(image, false, category, InspectionItem.Good))];
    }

    /// <summary>Masks by their path inside the folder, without extension.</summary>
    private Dictionary<string, string> Masks(string folder)
    {
        var masks = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string mask in _tree.Masks(folder))
            masks.TryAdd(Key(folder, mask), mask);
        return masks;
    }

    private static string FindMask(Dictionary<string, string> masks, string key)
        => masks.GetValueOrDefault(key + "_mask") ?? masks.GetValueOrDefault(key, "");

    private static string Key(string folder, string file) => Path.ChangeExtension(FolderTree.Relative(folder, file), null);
}
