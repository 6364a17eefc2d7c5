namespace DxmiMlNet.Files;

/// <summary>Where a path leads when every link on the way is followed.</summary>
internal static class RealPath
{
    private const int MostLinks = 40;   // as in Linux

    /// <summary>How paths of this platform are compared.</summary>
    public static StringComparison Comparison { get; } = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    /// <inheritdoc cref="Comparison"/>
    public static StringComparer Comparer { get; } = StringComparer.FromComparison(Comparison);

    /// <summary>The full path without links; of what does not exist, or lies behind a loop of links, the full path as far as it is known.</summary>
    public static string Of(string path)
    {
        string full = Path.GetFullPath(path);
        string resolved = Path.GetPathRoot(full)!;
        var pending = new Stack<string>();
        Push(full[resolved.Length..]);
        int links = 0;
        while (pending.TryPop(out string? name))
        {
            if (name == ".")
                continue;
            if (name == "..")   // of a link's target: it counts from where the way there really led
            {
                resolved = Path.GetDirectoryName(resolved) ?? resolved;
                continue;
            }
            string next = Path.Join(resolved, name);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }
            if (++links > MostLinks)
                return full;
            if (Path.IsPathRooted(target))
                resolved = Path.GetPathRoot(target)!;
            Push(target[(Path.IsPathRooted(target) ? resolved.Length : 0)..]);
        }
        return resolved;

        void Push(string names)
        {
            string[] parts = names.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
            for (int i = parts.Length - 1; i >= 0; i--)
                pending.Push(parts[i]);
        }
    }

    /// <summary>Whether a path is a folder's or lies below it; both without links.</summary>
    public static bool IsBelow(string folder, string path)
    {
        folder = Path.TrimEndingDirectorySeparator(folder);
        return path.Equals(folder, Comparison)
            || (path.StartsWith(folder, Comparison) && (Path.EndsInDirectorySeparator(folder) || path[folder.Length] == Path.DirectorySeparatorChar));
    }
}
