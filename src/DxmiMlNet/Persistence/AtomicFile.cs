using DxmiMlNet.Diffusion;

namespace DxmiMlNet.Persistence;

/// <summary>Files that appear complete or not at all: written under a temporary name beside the target, then renamed.</summary>
internal static class AtomicFile
{
    /// <summary>Replaces a file; a missing folder is made.</summary>
    /// <param name="path">The file.</param>
    /// <param name="what">What it is, for error texts: "The model file".</param>
    /// <param name="write">Writes the content; may throw, and nothing of it stays.</param>
    /// <exception cref="DxmiException">The file cannot be written.</exception>
    public static void Write(string path, string what, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string temporary = $"{full}.{Guid.NewGuid():N}.tmp";
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
            throw new DxmiException($"{what} '{path}' cannot be written: {e.Message}",
                "Expected a place where this user may write, with room left.", "Check permissions and free space, or choose another place.", e);
        }
    }
}
