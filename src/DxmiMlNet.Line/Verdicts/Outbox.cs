using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>A way to tell verdicts to the outside.</summary>
internal interface IVerdictSink
{
    /// <summary>Names it in the outbox: must stay the same from start to start.</summary>
    string Name { get; }

    /// <summary>Tells a verdict; returns when the other side has it. May be told twice after a crash, with the same part id.</summary>
    /// <exception cref="Exception">It was not told: later again.</exception>
    Task SendAsync(OutboxItem item, CancellationToken cancellation);
}

/// <summary>All ways to tell verdicts.</summary>
internal sealed class OutboxSinks(IEnumerable<IVerdictSink> sinks)
{
    private readonly Dictionary<string, IVerdictSink> _sinks = sinks.ToDictionary(sink => sink.Name, StringComparer.Ordinal);

    public IReadOnlyList<string> Names => [.. _sinks.Keys];

    public IVerdictSink? Find(string name) => _sinks.GetValueOrDefault(name);
}

/// <summary>Tells what the outbox holds until the other side has it, with growing pauses.</summary>
internal sealed class OutboxSender(IJournal journal, OutboxSinks sinks, DecisionDesk desk, LineMeters meters, FailPoints failPoints, ILogger<OutboxSender> log) : BackgroundService
{
    private const int Batch = 32;
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(30), s_look = TimeSpan.FromSeconds(1), s_longestPause = TimeSpan.FromMinutes(5);

    private readonly Signal _signal = new();

    /// <summary>How long to wait after so many attempts: half a second, doubled each time, to five minutes.</summary>
    internal static TimeSpan Pause(int attempts) => TimeSpan.FromSeconds(Math.Min(s_longestPause.TotalSeconds, 0.5 * Math.Pow(2, Math.Min(attempts - 1, 20))));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (sinks.Names.Count == 0)
            return;
        desk.Decided += _ => _signal.Set();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var items = await journal.TakeOutboxAsync(Batch, s_lease, stoppingToken).ConfigureAwait(false);
                await Task.WhenAll(items.Select(item => SendAsync(item, stoppingToken))).ConfigureAwait(false);
                if (items.Count == 0)
                    await _signal.WaitAsync(s_look, stoppingToken).ConfigureAwait(false);
            }
            catch (DbException e)
            {
                log.LogWarning("The outbox cannot be read: {Message}", e.Message);
                await Task.Delay(s_look, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task SendAsync(OutboxItem item, CancellationToken cancellation)
    {
        try
        {
            var sink = sinks.Find(item.Sink) ?? throw new InvalidOperationException($"'{item.Sink}' is not in the settings");
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(s_lease * 0.8);
            await sink.SendAsync(item, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            meters.Delivered(item.Sink, false);
            log.LogWarning("The verdict on {Part} was not told to {Sink} (attempt {Attempt}): {Message}", item.PartId, item.Sink, item.Attempts, e.Message);
            await journal.RetryLaterAsync(item.Id, Pause(item.Attempts), cancellation).ConfigureAwait(false);
            return;
        }
        failPoints.Hit("outbox.sent");
        await journal.DeliveredAsync(item.Id, cancellation).ConfigureAwait(false);
        meters.Delivered(item.Sink, true);
    }
}
