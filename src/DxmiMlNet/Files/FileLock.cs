namespace DxmiMlNet.Files;

/// <summary>A file that one process at a time holds open; gone when it is let go, and free when its process was killed.</summary>
internal sealed class FileLock : IDisposable
{
    private readonly FileStream _file;

    /// <param name="path">The lock's file; its folder is there.</param>
    /// <param name="what">What somebody else is doing, as a sentence: "Another run writes into the folder 'out'."</param>
    /// <param name="other">What can be chosen in its place: "folder".</param>
    /// <exception cref="DxmiException">Another holds it.</exception>
    public FileLock(string path, string what, string other)
    {
        try
        {
            _file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException e)
        {
            throw new DxmiException(what, "One run at a time was expected.", $"Wait until it ends, or choose another {other}.", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
