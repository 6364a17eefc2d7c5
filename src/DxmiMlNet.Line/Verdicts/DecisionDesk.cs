using System.Collections.Concurrent;
using System.Data.Common;
using System.Diagnostics;
using DxmiMlNet.Decisions;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line;

/// <summary>Writes verdicts, once a part, and tells those who wait for them.</summary>
internal sealed class DecisionDesk : IDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly LineOptions _options;
    private readonly IJournal _journal;
    private readonly OutboxSinks _sinks;
    private readonly LineEvents _events;
    private readonly LineMeters _meters;
    private readonly FailPoints _failPoints;
    private readonly ILogger<DecisionDesk> _log;
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _waiting = new(StringComparer.Ordinal);
    private readonly RecentNames _here = new(4096);

    public DecisionDesk(LineOptions options, IJournal journal, OutboxSinks sinks, LineEvents events, LineMeters meters, FailPoints failPoints, ILogger<DecisionDesk> log)
    {
        (_options, _journal, _sinks, _events, _meters, _failPoints, _log) = (options, journal, sinks, events, meters, failPoints, log);
        _journal.PartDecided += Elsewhere;
    }

    /// <summary>Raised after a verdict of this service is durable.</summary>
    public event Action<LineVerdict>? Decided;

    /// <summary>Writes a verdict, its audit row and its messages in one transaction.</summary>
    /// <returns>False where the part has its verdict already.</returns>
    public async Task<bool> WriteAsync(LineVerdict verdict, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        _failPoints.Hit("decide.before");
        _here.Add(verdict.PartId);
        bool first = await _journal.DecideAsync(new Decision(verdict.PartId, verdict, Keep(verdict), _sinks.Names), cancellation).ConfigureAwait(false);
        _failPoints.Hit("decide.committed");
        if (!first)
        {
            await TellOfAnotherAsync(verdict.PartId).ConfigureAwait(false);
            return false;
        }
        _meters.Decided(verdict, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        Tell(verdict);
        return true;
    }

    /// <summary>Waits for the verdict on a part, whichever service makes it.</summary>
    /// <returns>The verdict as JSON; null where none was there in time.</returns>
    public async Task<string?> WaitAsync(string partId, TimeSpan longest, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        var told = _waiting.GetOrAdd(partId, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            while (true)
            {
                if ((await _journal.FindAsync(partId, cancellation).ConfigureAwait(false))?.Verdict is { } verdict)
                    return verdict;
                var left = longest - Stopwatch.GetElapsedTime(start);
                if (left <= TimeSpan.Zero)
                    return null;
                // Told at once as a rule; looked up in case the telling was lost with a connection.
                await Task.WhenAny(told.Task, Task.Delay(left < s_look ? left : s_look, cancellation)).ConfigureAwait(false);
                cancellation.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            _waiting.TryRemove(partId, out _);
        }
    }

    private bool Keep(LineVerdict verdict) => _options.Images.Keep switch
    {
        KeepImages.All => true,
        KeepImages.None => false,
        _ => verdict.Verdict != Verdicts.Pass || Random.Shared.NextDouble() < _options.Images.PassSample,
    };

    private void Tell(LineVerdict verdict)
    {
        if (_waiting.TryRemove(verdict.PartId, out var told))
            told.TrySetResult();
        _events.Publish("decided", verdict);
        Decided?.Invoke(verdict);
    }

    // Another service has decided; or this one, which then has told already.
    private async void Elsewhere(string partId)
    {
        try
        {
            if (!_here.Contains(partId))
                await TellOfAnotherAsync(partId).ConfigureAwait(false);
        }
        catch (Exception e) when (e is DbException or ObjectDisposedException)
        {
            _log.LogWarning("A verdict of another service cannot be read: {Message}", e.Message);
        }
    }

    private async Task TellOfAnotherAsync(string partId)
    {
        if (_waiting.TryRemove(partId, out var told))
            told.TrySetResult();
        if ((await _journal.FindAsync(partId, CancellationToken.None).ConfigureAwait(false))?.Verdict is { } verdict)
            _events.Publish("decided", LineJson.Read<LineVerdict>(verdict));
    }

    public void Dispose() => _journal.PartDecided -= Elsewhere;
}

/// <summary>The last names, so many.</summary>
internal sealed class RecentNames(int count)
{
    private readonly Queue<string> _order = new();
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public void Add(string name)
    {
        lock (_gate)
        {
            if (!_names.Add(name))
                return;
            _order.Enqueue(name);
            if (_order.Count > count)
                _names.Remove(_order.Dequeue());
        }
    }

    public bool Contains(string name)
    {
        lock (_gate)
            return _names.Contains(name);
    }
}
