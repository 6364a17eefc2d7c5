using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>
/// Takes files from watched folders. A file counts as written when its size and time have stayed as they are for a while, and so has "name.json" beside it, if there is one. The part
/// id comes from that file, or from name, size and time of the image: whoever finds the same file again after a crash finds the same part, which the journal knows.
/// </summary>
internal sealed class FolderIntake(LineOptions options, PartIntake intake, TimeProvider clock, ILogger<FolderIntake> log) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(options.Folders.Select(folder => WatchAsync(folder, stoppingToken)));

    private async Task WatchAsync(FolderOptions folder, CancellationToken stopping)
    {
        var watched = new WatchedFolder(folder, options.Http.MaxImageBytes, intake, clock, log);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await watched.LookAsync(stopping).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                log.LogWarning("Folder '{Folder}' cannot be looked at: {Message}", folder.Path, e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(folder.Interval, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}

/// <summary>One watched folder.</summary>
internal sealed class WatchedFolder(FolderOptions options, int maxBytes, PartIntake intake, TimeProvider clock, ILogger log)
{
    private const int LongestSidecar = 64 << 10;
    private static readonly HashSet<string> s_extensions = new([".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff"], StringComparer.OrdinalIgnoreCase);

    private readonly string _folder = Path.GetFullPath(options.Path);
    private readonly string _done = Path.GetFullPath(options.DoneFolder ?? Path.Combine(options.Path, "done"));
    private readonly string _refused = Path.GetFullPath(options.RefusedFolder ?? Path.Combine(options.Path, "refused"));
    private readonly Dictionary<string, (Stamp Stamp, DateTimeOffset Since)> _seen = new(StringComparer.Ordinal);
    private readonly HashSet<(string Path, Stamp Stamp)> _handled = [];

    /// <summary>What a file's being written changes.</summary>
    private readonly record struct Stamp(long Bytes, DateTime Written, long SidecarBytes, DateTime SidecarWritten);

    /// <summary>What "name.json" may say.</summary>
    private sealed record Sidecar(string? PartId, string? Recipe, string? Station);

    /// <summary>Looks once, and takes in what is written; the oldest first.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        Directory.CreateDirectory(_folder);
        var files = new DirectoryInfo(_folder).EnumerateFiles()
            .Where(file => s_extensions.Contains(file.Extension) && file.Name[0] != '.' && file.LinkTarget is null).OrderBy(file => file.LastWriteTimeUtc).ThenBy(file => file.Name, StringComparer.Ordinal).ToList();
        foreach (string gone in _seen.Keys.Except(files.Select(file => file.FullName), StringComparer.Ordinal).ToList())
            _seen.Remove(gone);
        foreach (var file in files)
        {
            var stamp = StampOf(file);
            if (_handled.Contains((file.FullName, stamp)) || !IsSettled(file.FullName, stamp))
                continue;
            if (!await TakeAsync(file, stamp, cancellation).ConfigureAwait(false))
                return;   // no room now: the others wait, too
        }
    }

    private bool IsSettled(string path, Stamp stamp)
    {
        var now = clock.GetUtcNow();
        if (!_seen.TryGetValue(path, out var seen) || seen.Stamp != stamp)
        {
            _seen[path] = (stamp, now);
            return options.Settle == TimeSpan.Zero;
        }
        return now - seen.Since >= options.Settle;
    }

    /// <returns>False where nothing can be taken in for the moment.</returns>
    private async Task<bool> TakeAsync(FileInfo file, Stamp stamp, CancellationToken cancellation)
    {
        try
        {
            if (stamp.Bytes > maxBytes)
                throw new RefusedException(Refusal.TooLarge, $"The file has {stamp.Bytes} bytes.", $"{maxBytes} at most were expected.", "Raise 'Http:MaxImageBytes'.");
            var sidecar = stamp.SidecarBytes < 0 ? null : ReadSidecar(SidecarOf(file.FullName), stamp.SidecarBytes);
            byte[] image = await File.ReadAllBytesAsync(file.FullName, cancellation).ConfigureAwait(false);
            if (image.Length != stamp.Bytes)
                return true;   // it grew: not written yet
            await intake.AcceptAsync(new IncomingPart(sidecar?.PartId ?? IdOf(file.Name, stamp), sidecar?.Station ?? options.Station, sidecar?.Recipe ?? options.Recipe, "folder", image), cancellation)
                .ConfigureAwait(false);
        }
        catch (RefusedException e) when (e.IsTemporary)
        {
            return false;
        }
        catch (DxmiException e)
        {
            Refuse(file, stamp, e);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.LogWarning("File '{File}' cannot be read yet: {Message}", file.FullName, e.Message);
            return true;
        }
        // The part is in the journal: only now may the file go.
        Finish(file, stamp);
        return true;
    }

    private void Finish(FileInfo file, Stamp stamp)
    {
        string sidecar = SidecarOf(file.FullName);
        switch (options.Done)
        {
            case FolderPolicy.Move:
                Move(file.FullName, _done);
                Move(sidecar, _done);
                break;
            case FolderPolicy.Delete:
                file.Delete();
                File.Delete(sidecar);
                break;
            default:
                _handled.Add((file.FullName, stamp));
                break;
        }
    }

    private void Refuse(FileInfo file, Stamp stamp, DxmiException e)
    {
        log.LogWarning("File '{File}' is not taken in: {Message}", file.FullName, e.Message);
        if (options.Done == FolderPolicy.Keep)
        {
            _handled.Add((file.FullName, stamp));
            return;
        }
        Move(file.FullName, _refused);
        Move(SidecarOf(file.FullName), _refused);
        File.WriteAllText(Path.Combine(_refused, file.Name + ".error.json"), LineJson.Write(new { e.What, e.Expected, e.Remedy }));
    }

    private static void Move(string path, string folder)
    {
        if (!File.Exists(path))
            return;
        Directory.CreateDirectory(folder);
        string target = Path.Combine(folder, Path.GetFileName(path));
        // Cameras count from 1 every morning: nothing is overwritten.
        for (int i = 2; File.Exists(target); i++)
            target = Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(path)}-{i}{Path.GetExtension(path)}");
        File.Move(path, target);
    }

    private static Sidecar ReadSidecar(string path, long bytes)
    {
        if (bytes > LongestSidecar)
            throw new RefusedException(Refusal.Invalid, "The file beside the image is too long.", $"{LongestSidecar} bytes at most were expected.", "Write only partId, recipe and station.");
        try
        {
            return LineJson.Read<Sidecar>(File.ReadAllText(path));
        }
        catch (JsonException e)
        {
            throw new RefusedException(Refusal.Invalid, "The file beside the image is no JSON.", "{ \"partId\": \"...\", \"recipe\": \"...\" } was expected.", "Correct what writes it.", e);
        }
    }

    private static Stamp StampOf(FileInfo file)
    {
        var sidecar = new FileInfo(SidecarOf(file.FullName));
        return new Stamp(file.Length, file.LastWriteTimeUtc, sidecar.Exists ? sidecar.Length : -1, sidecar.Exists ? sidecar.LastWriteTimeUtc : default);
    }

    private static string SidecarOf(string image) => Path.ChangeExtension(image, ".json");

    private static string IdOf(string name, Stamp stamp)
    {
        string stem = new([.. Path.GetFileNameWithoutExtension(name).Take(64).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_')]);
        return $"{stem}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{name}/{stamp.Bytes}/{stamp.Written.Ticks}")).AsSpan(0, 8))}";
    }
}
