namespace DxmiMlNet.Files;

/// <summary>Files that appear complete or not at all: written under a temporary name beside the target, then renamed.</summary>
internal static class AtomicFile
{
    private const int NameLength = 12;

    /// <summary>Replaces a file; a missing folder is made.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, for error texts: "The model file".</param>
    /// <param name="write">Writes the content; may throw, and nothing of it stays.</param>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public static void Write(string path, string what, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        // No longer than the target, whose name may be as long as a name can be.
        string temporary = Path.Combine(Path.GetDirectoryName(full)!, $".{Guid.NewGuid().ToString("N")[..NameLength]}.tmp");
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(full)!);
            try
            {
                using (var stream = new FileStream(temporary, FileMode.CreateNew))
                    write(stream);
                File.Move(temporary, full, overwrite: true);
            }
            finally
            {
                File.Delete(temporary);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, what, e);
        }
    }

    /// <summary>Makes a folder and makes sure that files can be written into it, before long work for them begins.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="path">What is to be written: the folder itself, or a file in it.</param>
    /// <param name="what">What that is, for error texts.</param>
    /// <exception cref="DxmiException">Nothing can be written there.</exception>
    public static void Probe(string folder, string path, string what)
    {
        try
        {
            Directory.CreateDirectory(folder);
            string name = Path.Combine(folder, $".{Guid.NewGuid():N}.tmp");
            using var probe = new FileStream(name, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(path, what, e);
        }
    }

    /// <summary>Deletes what a process that was killed while it wrote has left in a folder and below; the caller makes sure that nobody else writes there.</summary>
    /// <param name="folder">The folder.</param>
    public static void Sweep(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, ".*.tmp", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint }))
            if (Path.GetFileNameWithoutExtension(file) is { Length: NameLength + 1 } name && name.Skip(1).All(char.IsAsciiHexDigitLower))
                File.Delete(file);
    }

    private static DxmiException Unwritable(string path, string what, Exception e) => new($"{what} '{path}' cannot be written: {e.Message}",
        "Expected a place where this user may write, with room left.", "Check permissions and free space, or choose another place.", e);
}
