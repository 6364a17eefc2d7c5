using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>
/// Takes model files from a folder: NAME.zip is stored under NAME once it is written, and goes live where no model is yet; then it is moved to "stored". A file that is no model, or scores its reference
/// images otherwise than it says, goes to "refused" with the reason beside it.
/// </summary>
internal sealed class ModelInbox(LineOptions options, IJournal journal, ModelStore store, ModelRegistry registry, ILogger<ModelInbox> log) : BackgroundService
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (long Bytes, DateTime Written)> _seen = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.ModelInbox is not { } folder)
            return;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                Directory.CreateDirectory(folder);
                foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*.zip").Where(file => file.LinkTarget is null && IsWritten(file)).ToList())
                    await TakeAsync(file, stoppingToken).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
            {
                log.LogWarning("Model files in '{Folder}' wait: {Message}", folder, e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(s_interval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // The same at two looks.
    private bool IsWritten(FileInfo file)
    {
        var now = (file.Length, file.LastWriteTimeUtc);
        bool same = _seen.TryGetValue(file.FullName, out var before) && before == now;
        _seen[file.FullName] = now;
        return same;
    }

    private async Task TakeAsync(FileInfo file, CancellationToken cancellation)
    {
        string name = Path.GetFileNameWithoutExtension(file.Name);
        try
        {
            if (!Names.IsValid(name))
                throw new DxmiException($"'{name}' is no name of a model.", $"{Names.Rule} was expected.", "Rename the file.");
            string hash;
            await using (var stream = file.OpenRead())
                hash = await store.AddAsync(name, stream, cancellation).ConfigureAwait(false);
            if ((await journal.ModelsAsync(cancellation).ConfigureAwait(false)).FirstOrDefault(slot => slot.Name == name)?.Live is null)
                await registry.ActivateAsync(name, hash, "folder", cancellation).ConfigureAwait(false);
            Move(file, "stored", $"{name}.{hash[..12]}.zip");
            log.LogInformation("Model {Name} {Hash} was found in the folder and stored", name, hash);
        }
        catch (DxmiException e)
        {
            Move(file, "refused", file.Name);
            await File.WriteAllTextAsync(Path.Combine(file.DirectoryName!, "refused", file.Name + ".error.json"), JsonSerializer.Serialize(new { e.What, e.Expected, e.Remedy }, LineJson.Options), cancellation)
                .ConfigureAwait(false);
            log.LogWarning("The model file {File} is refused: {Message}", file.Name, e.Message);
        }
        finally
        {
            _seen.Remove(file.FullName);
        }
    }

    private static void Move(FileInfo file, string below, string name)
    {
        string folder = Directory.CreateDirectory(Path.Combine(file.DirectoryName!, below)).FullName;
        File.Move(file.FullName, Path.Combine(folder, name), overwrite: true);
    }
}
