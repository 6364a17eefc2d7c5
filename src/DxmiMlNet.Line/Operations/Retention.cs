using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>Deletes images by the policy: never one of a part that is not decided. Files without a part, which a crash can leave, go at the start and every hour.</summary>
internal sealed class Retention(LineOptions options, IJournal journal, ImageStore images, TimeProvider clock, ILogger<Retention> log) : BackgroundService
{
    private const int Batch = 200;
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30), s_sweep = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var swept = DateTimeOffset.MinValue;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DeleteAsync(stoppingToken).ConfigureAwait(false);
                if (clock.GetUtcNow() - swept > s_sweep)
                {
                    await images.SweepAsync(name => journal.IsImageNamedAsync(name, stoppingToken), s_sweep, stoppingToken).ConfigureAwait(false);
                    swept = clock.GetUtcNow();
                }
            }
            catch (Exception e) when (e is DbException or IOException or UnauthorizedAccessException)
            {
                log.LogWarning("Images cannot be cleared: {Message}", e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await Task.Delay(s_interval, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Deletes what may be deleted now.</summary>
    internal async Task DeleteAsync(CancellationToken cancellation)
    {
        while (true)
        {
            var now = clock.GetUtcNow();
            var parts = await journal.DeletableImagesAsync(now - options.Images.Recent, now - options.Images.MaxAge, Batch, cancellation).ConfigureAwait(false);
            foreach (var part in parts)
                await DeleteAsync(part, cancellation).ConfigureAwait(false);
            if (parts.Count < Batch)
                break;
        }
        while (true)
        {
            var (oldest, bytes) = await journal.OldestImagesAsync(Batch, cancellation).ConfigureAwait(false);
            if (bytes <= options.Images.MaxMegabytes << 20 || oldest.Count == 0)
                break;
            foreach (var part in oldest)
                await DeleteAsync(part, cancellation).ConfigureAwait(false);
        }
    }

    // The file first: a crash between leaves a row whose file is gone, and the next round finds nothing to delete.
    private async Task DeleteAsync(Part part, CancellationToken cancellation)
    {
        images.Delete(part.Image);
        await journal.ImageDeletedAsync(part.PartId, cancellation).ConfigureAwait(false);
    }
}
