using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>The claim loop: takes as many parts as workers are idle, and sees each through to its verdict.</summary>
internal sealed class Workers(LineOptions options, IJournal journal, PartInspection inspection, DecisionDesk desk, LineMeters meters, FailPoints failPoints, ILogger<Workers> log) : BackgroundService
{
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(500);

    private readonly int _count = options.Work.Workers > 0 ? options.Work.Workers : Environment.ProcessorCount;
    private readonly Signal _signal = new();
    private readonly TaskCompletionSource _drained = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        journal.PartWaits += _signal.Set;
        using var idle = new SemaphoreSlim(_count);
        try
        {
            while (!stoppingToken.IsCancellationRequested)
                await ClaimAsync(idle, stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            journal.PartWaits -= _signal.Set;
            // What is begun is finished; what is not goes on at the next start, or elsewhere.
            for (int i = 0; i < _count; i++)
                await idle.WaitAsync(CancellationToken.None).ConfigureAwait(false);
            _drained.TrySetResult();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await Task.WhenAny(_drained.Task, Task.Delay(options.Work.Drain, CancellationToken.None)).ConfigureAwait(false);
    }

    private async Task ClaimAsync(SemaphoreSlim idle, CancellationToken stopping)
    {
        await idle.WaitAsync(stopping).ConfigureAwait(false);
        int free = 1;
        while (free < _count && idle.Wait(0, CancellationToken.None))
            free++;
        IReadOnlyList<Part> parts = [];
        try
        {
            parts = await journal.ClaimAsync(free, stopping).ConfigureAwait(false);
        }
        catch (DbException e)
        {
            log.LogWarning("The journal does not answer: {Message}", e.Message);
            await Task.Delay(s_retry, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            if (free > parts.Count)
                idle.Release(free - parts.Count);
        }
        foreach (var part in parts)
            _ = Task.Run(() => SeeThroughAsync(part, idle, stopping), CancellationToken.None);
        // Woken when a part waits; otherwise as often as a dead worker's leases can end.
        if (parts.Count < free)
            await _signal.WaitAsync(options.Journal.Lease / 4, stopping).ConfigureAwait(false);
    }

    private async Task SeeThroughAsync(Part part, SemaphoreSlim idle, CancellationToken stopping)
    {
        try
        {
            failPoints.Hit("work.claimed");
            using var span = meters.Activities.StartActivity("part");
            span?.SetTag("dxmi.part", part.PartId).SetTag("dxmi.station", part.Station).SetTag("dxmi.recipe", part.Recipe);
            var outcome = inspection.Inspect(part);
            // The verdict is made: a database that is away for a while must not cost it. Another may decide meanwhile; then this one is void.
            while (true)
            {
                try
                {
                    if (await desk.WriteAsync(outcome.Verdict, CancellationToken.None).ConfigureAwait(false))
                        outcome.Written();
                    return;
                }
                catch (DbException e) when (!stopping.IsCancellationRequested)
                {
                    log.LogWarning("The verdict on {Part} cannot be written yet: {Message}", part.PartId, e.Message);
                    await Task.Delay(s_retry, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                }
            }
        }
        catch (Exception e)
        {
            // Its lease ends, and it is tried again; after some attempts it goes to review.
            log.LogError(e, "Part {Part} failed in attempt {Attempt}", part.PartId, part.Attempts);
        }
        finally
        {
            idle.Release();
        }
    }
}

/// <summary>Sends parts to review whose deadline has passed, whatever holds them up.</summary>
internal sealed class DeadlineWatch(IJournal journal, PartInspection inspection, DecisionDesk desk, TimeProvider clock, ILogger<DeadlineWatch> log) : BackgroundService
{
    private const int Batch = 100;
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(50), s_most = TimeSpan.FromSeconds(5);

    private readonly Signal _signal = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        journal.PartWaits += _signal.Set;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                foreach (var part in await journal.OverdueAsync(Batch, stoppingToken).ConfigureAwait(false))
                    await desk.WriteAsync(inspection.Undecided(part, "deadline", "No verdict was there in time.").Verdict, CancellationToken.None).ConfigureAwait(false);
                await Task.Delay(s_least, stoppingToken).ConfigureAwait(false);
                var next = await journal.NextDeadlineAsync(stoppingToken).ConfigureAwait(false);
                var wait = next is { } deadline ? deadline - clock.GetUtcNow() : s_most;
                if (wait > TimeSpan.Zero)
                    await _signal.WaitAsync(wait < s_most ? wait : s_most, stoppingToken).ConfigureAwait(false);
            }
            catch (DbException e)
            {
                log.LogWarning("Deadlines cannot be looked at: {Message}", e.Message);
                await Task.Delay(s_most / 5, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }
}
