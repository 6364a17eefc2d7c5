using DxmiMlNet.Files;

namespace DxmiMlNet.Images.Datasets;

/// <summary>
/// The folders and images below a root, for one reading of it. Every real folder is looked into once and every real file given out once, so that links
/// may form loops; what is not followed, or is there twice, is kept in <see cref="Skipped"/>.
/// </summary>
internal sealed class FolderTree(string root, DatasetOptions options)
{
    private readonly string _realRoot = RealPath.Of(root);
    private readonly HashSet<string> _given = new(RealPath.Comparer);   // real paths
    private readonly SortedDictionary<string, string> _skipped = new(StringComparer.Ordinal);

    /// <summary>What was passed over so far, by path.</summary>
    public IReadOnlyList<SkippedPath> Skipped => [.. _skipped.Select(pair => new SkippedPath(pair.Key, pair.Value))];

    /// <summary>
    /// The visible folders in a folder that may be read, by name in ordinal order, links behind the others: what is read twice counts where it lies.
    /// None if the folder is missing.
    /// </summary>
    public string[] Subfolders(string folder)
        => Directory.Exists(folder) && MayFollow(folder, out _) ? [.. AllSubfolders(folder).Where(f => MayFollow(f, out _))] : [];

    /// <summary>Those and the links that are not followed: the layout of a folder does not depend on which are.</summary>
    public string[] AllSubfolders(string folder)
    {
        if (!Directory.Exists(folder))
            return [];
        string real = RealPath.Of(folder);
        return [.. new DirectoryInfo(folder).EnumerateDirectories().Where(f => IsVisible(f) && !(IsLink(f) && IsLoop(f.FullName, real)))
            .OrderBy(IsLink).ThenBy(f => f.FullName, StringComparer.Ordinal).Select(f => f.FullName)];
    }

    /// <summary>Whether any image is in a folder or, where that is asked for, below it; what is not followed counts as one.</summary>
    public bool HasImage(string folder) => Walk(folder).Any() || _skipped.Keys.Any(path => RealPath.IsBelow(folder, path));

    /// <summary>The images in and below a folder, by path in ordinal order, without those that this reading has given out already.</summary>
    public List<string> Images(string folder)
    {
        var images = new List<string>();
        // Files before links to them, so that an image is listed where it lies.
        foreach (var image in Walk(folder).OrderBy(image => image.IsLink).ThenBy(image => Relative(folder, image.Path), StringComparer.Ordinal))
        {
            if (_given.Add(image.Real))
                images.Add(image.Path);
            else
                _skipped.TryAdd(image.Path, $"is the image '{image.Real}', which is listed already");
        }
        return [.. images.OrderBy(path => Relative(folder, path), StringComparer.Ordinal)];
    }

    /// <summary>As <see cref="Images"/>, but a file may be given out more than once: several images may share a mask.</summary>
    public string[] Masks(string folder)
        => Directory.Exists(folder) ? [.. Walk(folder).Select(mask => mask.Path).OrderBy(path => Relative(folder, path), StringComparer.Ordinal)] : [];

    /// <summary>With one separator on every platform, so that the order is the same too.</summary>
    public static string Relative(string folder, string file) => Path.GetRelativePath(folder, file).Replace('\\', '/');

    // Folders that are no links first, then links by path: the way a folder is reached does not depend on the file system's order.
    private IEnumerable<(string Path, string Real, bool IsLink)> Walk(string folder)
    {
        if (!MayFollow(folder, out string start))
            yield break;
        var seen = new HashSet<string>(RealPath.Comparer);
        var open = new Stack<(string Path, string Real)>([(folder, start)]);
        var links = new SortedDictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            while (open.TryPop(out var at))
            {
                if (!seen.Add(at.Real))
                    continue;
                foreach (var entry in new DirectoryInfo(at.Path).EnumerateFileSystemInfos().Where(IsVisible))
                {
                    bool isFolder = entry is DirectoryInfo, isLink = IsLink(entry);
                    if (isFolder ? !options.Recursive : !InspectionDataset.IsImage(entry.Name))
                        continue;
                    string real = Path.Join(at.Real, entry.Name);
                    if (isLink && !MayFollow(entry.FullName, out real))
                        continue;
                    if (!isFolder)
                        yield return (entry.FullName, real, isLink);
                    else if (isLink)
                        links.TryAdd(entry.FullName, real);
                    else
                        open.Push((entry.FullName, real));
                }
            }
            if (links.Count == 0)
                yield break;
            var (link, target) = links.First();
            links.Remove(link);
            open.Push((link, target));
        }
    }

    private bool MayFollow(string path, out string real)
    {
        real = RealPath.Of(path);
        if (options.FollowLinksOutside || RealPath.IsBelow(_realRoot, real))
            return true;
        _skipped.TryAdd(path, $"is a link that leads out of the folder, to '{real}'");
        return false;
    }

    private bool IsLoop(string link, string parent)
    {
        bool isLoop = RealPath.IsBelow(RealPath.Of(link), parent);
        if (isLoop)
            _skipped.TryAdd(link, "is a link to a folder that it lies in");
        return isLoop;
    }

    private static bool IsLink(FileSystemInfo entry) => (entry.Attributes & FileAttributes.ReparsePoint) != 0 && entry.LinkTarget is not null;

    // A leading dot is what some systems put before their own notes about a file ("._part1.png").
    private static bool IsVisible(FileSystemInfo entry)
        => !entry.Name.StartsWith('.') && (entry.Attributes & (FileAttributes.Hidden | FileAttributes.System)) == 0;
}
