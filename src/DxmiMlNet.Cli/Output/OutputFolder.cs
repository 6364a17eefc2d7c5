using DxmiMlNet.Diffusion;

namespace DxmiMlNet.Cli.Output;

/// <summary>Folders that a command writes into.</summary>
internal static class OutputFolder
{
    /// <summary>Makes the folder and makes sure that files can be written there, before the work begins.</summary>
    /// <exception cref="DxmiException">It cannot be made or written to.</exception>
    public static void Prepare(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            using var probe = new FileStream(Path.Combine(folder, $".{Guid.NewGuid():N}.tmp"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException($"Folder '{folder}' cannot be written to: {e.Message}",
                "Expected a place where this user may write, with room left.", "Choose another folder, or check permissions and free space.", e);
        }
    }
}
