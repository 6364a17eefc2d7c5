using System.Runtime.InteropServices;

namespace DxmiMlNet.Files;

/// <summary>
/// Opens files that are files. A named pipe waits for a writer when it is opened, for ever if none comes, and opening a device may set it in motion:
/// what a path is is looked at before.
/// </summary>
internal static partial class RegularFile
{
    private const int AtWorkingDirectory = -100;          // AT_FDCWD
    private const uint TypeAndMode = 1;                   // STATX_TYPE
    private const int ModeOffset = 28, StatxBytes = 256;  // of struct statx, which is the same on every architecture
    private const int TypeMask = 0xF000;                  // S_IFMT

    /// <summary>Opens a file to read it from its beginning to its end.</summary>
    /// <exception cref="IOException">It is no regular file, it is missing, or it cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it, or it is a folder.</exception>
    public static FileStream OpenRead(string path)
    {
        if (OperatingSystem.IsLinux())
            RequireRegular(path);
        // No buffer of its own: what reads has one.
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
        if (stream.CanSeek)
            return stream;
        stream.Dispose();
        throw new IOException("it is no regular file");
    }

    private static unsafe void RequireRegular(string path)
    {
        byte* status = stackalloc byte[StatxBytes];
        try
        {
            if (StatX(AtWorkingDirectory, path, 0, TypeAndMode, status) != 0)
                return;   // opening says why
        }
        catch (EntryPointNotFoundException)
        {
            return;       // a C library from before 2018
        }
        string? other = (*(ushort*)(status + ModeOffset) & TypeMask) switch
        {
            0x1000 => "a named pipe",
            0x2000 => "a device",
            0x6000 => "a device",
            0xC000 => "a socket",
            _ => null,
        };
        if (other is not null)
            throw new IOException($"it is {other}, not a regular file");
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int StatX(int folder, string path, int flags, uint mask, byte* status);
}
