using System.Security.Cryptography;
using System.Text;

namespace DxmiMlNet.Line;

/// <summary>
/// The images of parts in a folder. An image is on disk, folder entry included, before its part is in the journal; a crash between the two leaves a file that no
/// part names, which <see cref="SweepAsync"/> deletes.
/// </summary>
internal sealed class ImageStore(string folder, TimeProvider clock, FailPoints failPoints)
{
    private const string Extension = ".image";
    private const int TrialBytes = 1 << 20;
    private readonly string _folder = Path.GetFullPath(folder);

    public string Folder => _folder;

    /// <summary>Writes an image durably.</summary>
    /// <returns>The name by which it is read.</returns>
    /// <exception cref="IOException">There is no room, or the folder cannot be written to.</exception>
    public string Write(string partId, ReadOnlySpan<byte> image)
    {
        // The name says nothing that a sender chose; the second part keeps two senders of one id apart.
        string stem = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(partId)).AsSpan(0, 12));
        string name = $"{clock.GetUtcNow():yyyy-MM-dd}/{stem}-{Guid.NewGuid():N}{Extension}";
        DurableFile.Write(PathOf(name), image);
        failPoints.Hit("accept.image-written");
        return name;
    }

    /// <exception cref="IOException">It is not there.</exception>
    public byte[] Read(string name) => File.ReadAllBytes(PathOf(name));

    public void Delete(string name)
    {
        string path = PathOf(name);
        if (File.Exists(path))
            File.Delete(path);
    }

    /// <summary>Bytes that are free where the images lie.</summary>
    public long FreeBytes
    {
        get
        {
            Directory.CreateDirectory(_folder);
            return new DriveInfo(_folder).AvailableFreeSpace;
        }
    }

    /// <summary>Whether a file of some size can be written; nothing of it stays.</summary>
    public bool CanWrite()
    {
        string trial = Path.Combine(_folder, $".{Guid.NewGuid():N}");
        try
        {
            DurableFile.Write(trial, new byte[TrialBytes]);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            File.Delete(trial);
        }
    }

    /// <summary>Deletes files that no part names and that are older than any acceptance can take.</summary>
    public async Task SweepAsync(Func<string, Task<bool>> isNamed, TimeSpan age, CancellationToken cancellation)
    {
        if (!Directory.Exists(_folder))
            return;
        foreach (string day in Directory.EnumerateDirectories(_folder))
        {
            foreach (string path in Directory.EnumerateFiles(day))
            {
                cancellation.ThrowIfCancellationRequested();
                string name = $"{Path.GetFileName(day)}/{Path.GetFileName(path)}";
                if (File.GetLastWriteTimeUtc(path) < clock.GetUtcNow().UtcDateTime - age && !(path.EndsWith(Extension, StringComparison.Ordinal) && await isNamed(name).ConfigureAwait(false)))
                    File.Delete(path);
            }
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
