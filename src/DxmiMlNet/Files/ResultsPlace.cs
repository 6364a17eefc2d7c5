namespace DxmiMlNet.Files;

/// <summary>A folder that results are to be written to: made and tried out before long work begins, and taken back where nothing came of it.</summary>
public sealed class ResultsPlace : IDisposable
{
    private readonly string _folder;
    private readonly bool _isNew;

    /// <param name="folder">The folder.</param>
    /// <exception cref="DxmiException">Nothing can be written there.</exception>
    public ResultsPlace(string folder)
    {
        _folder = folder;
        _isNew = !Directory.Exists(folder);
        AtomicFile.Probe(folder, folder, "Folder");
    }

    /// <summary>Removes the folder where this made it and nothing is in it.</summary>
    public void Dispose()
    {
        if (_isNew && Directory.Exists(_folder) && !Directory.EnumerateFileSystemEntries(_folder).Any())
            Directory.Delete(_folder);
    }
}
