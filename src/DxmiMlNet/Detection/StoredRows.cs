using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DxmiMlNet.Detection;

/// <summary>
/// Feature grids of good rows, read once from their view and kept in a temporary file, so that a method can pass over them several times and memory does
/// not grow with the rows: a backbone is not run twice. The file goes with the object.
/// </summary>
internal sealed class StoredRows : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly List<bool[]?> _ignored = [];
    private readonly int _length;

    /// <param name="length">Values a row.</param>
    /// <exception cref="DxmiException">There is no room for temporary files.</exception>
    public StoredRows(int length)
    {
        _length = length;
        string path = Path.Combine(Path.GetTempPath(), $"dxmi-{Path.GetRandomFileName()}");
        _file = Guarded(() => File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose));
        // Where an open file may lose its name, not even a killed process leaves it behind.
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
    }

    /// <summary>Number of rows.</summary>
    public int Count => _ignored.Count;

    /// <summary>Reads all good rows and tells of each, as <see cref="FeatureRows.ForEach"/> does.</summary>
    public static StoredRows Read(FeatureRows rows, int length, Action<int, float[], bool[]?> visit, CancellationToken cancellation)
    {
        var stored = new StoredRows(length);
        try
        {
            rows.ForEach((row, values, ignored) =>
            {
                stored.Add(values, ignored);
                visit(row, values, ignored);
            }, cancellation);
            return stored;
        }
        catch
        {
            stored.Dispose();
            throw;
        }
    }

    /// <summary>Tells of the rows in their order; the arrays are valid during the call.</summary>
    public void ForEach(Action<int, float[], bool[]?> visit, CancellationToken cancellation)
    {
        var values = new float[_length];
        for (int row = 0; row < Count; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            var bytes = MemoryMarshal.AsBytes(values.AsSpan());
            for (int done = 0; done < bytes.Length;)
            {
                int read = RandomAccess.Read(_file, bytes[done..], (long)row * bytes.Length + done);
                done += read > 0 ? read : throw new EndOfStreamException("The stored features are cut off.");
            }
            visit(row, values, _ignored[row]);
        }
    }

    public void Dispose() => _file.Dispose();

    private void Add(float[] values, bool[]? ignored)
    {
        Guarded(() =>
        {
            RandomAccess.Write(_file, MemoryMarshal.AsBytes(values.AsSpan()), (long)Count * _length * sizeof(float));
            return true;
        });
        _ignored.Add(ignored is null ? null : [.. ignored]);
    }

    private static T Guarded<T>(Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DxmiException($"The features of the training images cannot be kept in '{Path.GetTempPath()}': {e.Message}",
                "A folder for temporary files with room for them was expected, 1 MB an image with the package's backbone.",
                "Make room there, or name another folder by the environment variable TMPDIR (TEMP on Windows).", e);
        }
    }
}
