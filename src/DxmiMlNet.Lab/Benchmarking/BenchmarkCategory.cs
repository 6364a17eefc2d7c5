using DxmiMlNet.Images;
using DxmiMlNet.Lab.Datasets;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>The images of one category, or of one fold.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Good">Good images to fit and calibrate on.</param>
/// <param name="Test">Images to test on.</param>
internal sealed record BenchmarkCategory(string Name, InspectionItem[] Good, InspectionItem[] Test)
{
    /// <summary>All images, each once.</summary>
    public IEnumerable<InspectionItem> Items => Good.Concat(Test);
}

/// <summary>A data set by category.</summary>
/// <param name="Name">Name of its folder or file.</param>
/// <param name="Root">Its folder.</param>
/// <param name="Categories">One or more.</param>
/// <param name="CanUnify">Whether one model of all categories makes sense: there are several, and no image is in two of them.</param>
internal sealed record BenchmarkDataset(string Name, string Root, IReadOnlyList<BenchmarkCategory> Categories, bool CanUnify)
{
    /// <exception cref="DxmiException">It cannot be read, or a category has nothing to train or to test on.</exception>
    public static BenchmarkDataset Read(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        bool isFolder = Directory.Exists(full);
        var folds = ResearchDataset.ReadFolds(full);
        var categories = folds.SelectMany((items, fold) => items.GroupBy(item => item.Category, StringComparer.Ordinal).Select(category =>
            Make(path, folds.Count == 1 ? category.Key : $"fold{fold + 1}", [.. category]))).ToArray();
        var (name, root) = isFolder ? (Path.GetFileName(full), full) : (Path.GetFileNameWithoutExtension(full), Path.GetDirectoryName(full)!);
        return new BenchmarkDataset(name, root, categories, folds.Count == 1 && categories.Length > 1);
    }

    private static BenchmarkCategory Make(string path, string name, InspectionItem[] items)
    {
        var good = items.Where(item => item is { Split: InspectionSplit.Train, IsAnomalous: false }).ToArray();
        var test = items.Where(item => item.Split == InspectionSplit.Test).ToArray();
        if (good.Length == 0 || test.Length == 0)
            throw new DxmiException($"Category '{name}' of data set '{path}' has {good.Length} good images to train on and {test.Length} to test on.",
                "Some of both were expected.", "Sort the images into train/good and test/<defect>, or leave the category out.");
        return new BenchmarkCategory(name, good, test);
    }
}
