using DxmiMlNet.Images.Datasets;

namespace DxmiMlNet.Images;

/// <summary>Finds the masks of images that say what is to be ignored on each.</summary>
public static class IgnoreMasks
{
    private const string Ending = "_ignore";

    /// <summary>
    /// Gives each image its mask: for <c>a/b.jpg</c> in the data folder <c>a/b_ignore.png</c> in the masks' folder, or else <c>a/b.png</c>, in any format
    /// that <see cref="ImageFile"/> reads. An image without one has nothing ignored.
    /// </summary>
    /// <param name="items">The images.</param>
    /// <param name="data">What they were listed from: a folder, or a file, whose folder then counts.</param>
    /// <param name="folder">The masks' folder. May be the data folder itself: then only names with <c>_ignore</c> are masks.</param>
    /// <param name="options">How far to look for masks; null for the defaults.</param>
    /// <returns>The same images, in order, without those that are masks themselves.</returns>
    /// <exception cref="DxmiException">The folder is missing or cannot be read, or no image has a mask in it.</exception>
    public static InspectionItem[] Find(IEnumerable<InspectionItem> items, string data, string folder, DatasetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentException.ThrowIfNullOrEmpty(data);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string root = Path.GetFullPath(File.Exists(data) ? Path.GetDirectoryName(Path.GetFullPath(data))! : data);
        folder = Path.GetFullPath(folder);
        bool isSame = Path.TrimEndingDirectorySeparator(root) == Path.TrimEndingDirectorySeparator(folder);
        var masks = Read(folder, options ?? DatasetOptions.Default);
        InspectionItem[] found = [.. items.Where(item => !(isSame && Key(root, item.ImagePath).EndsWith(Ending, StringComparison.Ordinal))).Select(item =>
        {
            string key = Key(root, item.ImagePath);
            string? mask = masks.GetValueOrDefault(key + Ending) ?? (isSame ? null : masks.GetValueOrDefault(key));
            return item with { IgnoreMaskPath = mask ?? "" };
        })];
        return Array.Exists(found, item => item.IgnoreMaskPath.Length > 0) ? found
            : throw new DxmiException($"No image of '{data}' has a mask in '{folder}'.",
                $"For an image a/b.jpg of the data a mask a/b{Ending}.png or a/b.png was expected.",
                "Check the folder, and the names of the masks and of their subfolders.");
    }

    private static Dictionary<string, string> Read(string folder, DatasetOptions options)
    {
        try
        {
            if (!Directory.Exists(folder))
                throw new DirectoryNotFoundException("it does not exist");
            return new FolderTree(folder, options).Masks(folder).DistinctBy(file => Key(folder, file)).ToDictionary(file => Key(folder, file), StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException($"The folder of masks '{folder}' cannot be read: {e.Message}", "A folder that this user may read was expected.",
                "Check the path and the permissions.", e);
        }
    }

    private static string Key(string folder, string file) => Path.ChangeExtension(FolderTree.Relative(folder, file), null);
}
