using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DxmiMlNet.Line.Dashboard;

/// <summary>A verdict as the page shows it.</summary>
/// <param name="Number">1, 2, 3, ... in the order in which this service heard of them.</param>
/// <param name="Verdict">The verdict.</param>
/// <param name="Evidence">Base-10 logarithm of the evidence for a change right after it; null where this service does not know.</param>
internal sealed record BoardPart(long Number, LineVerdict Verdict, double? Evidence);

/// <summary>An alarm as the page shows it.</summary>
internal sealed record BoardAlarm(DateTimeOffset At, LineAlarm Alarm);

/// <summary>The half, the twentieth and the hundredth of parts that took longest begin here; milliseconds.</summary>
internal sealed record Percentiles(string Step, double P50, double P95, double P99);

/// <summary>
/// What the pages show, kept once for all who look: however many there are, the journal is asked no more often, and the line does not wait for any of them.
/// </summary>
internal sealed class LineBoard(IJournal journal, ILineEvents events, StationWatch watch, TimeProvider clock, ILogger<LineBoard> log) : BackgroundService
{
    private const int Remembered = 600, Alarms = 20;

    private readonly Lock _gate = new();
    private readonly Queue<BoardPart> _parts = new();
    private readonly Queue<BoardAlarm> _alarms = new();
    private readonly Cached<QueueState> _queue = new(journal.QueueAsync, TimeSpan.FromSeconds(1));
    private readonly Cached<int> _reviews = new(async c => (await journal.ListAsync(new PartQuery { OpenReviews = true, Limit = 100 }, c).ConfigureAwait(false)).Count, TimeSpan.FromSeconds(2));
    private readonly Cached<IReadOnlyList<StationHour>> _hours = new(c => journal.HoursAsync(clock.GetUtcNow().AddHours(-24), c), TimeSpan.FromSeconds(3));
    private long _count;

    /// <summary>Verdicts heard of since the service started; changes when there is something new to show.</summary>
    public long Count => Volatile.Read(ref _count);

    /// <summary>The last parts, the oldest first.</summary>
    public IReadOnlyList<BoardPart> Parts
    {
        get
        {
            lock (_gate)
                return [.. _parts];
        }
    }

    /// <summary>The last alarms, the newest first.</summary>
    public IReadOnlyList<BoardAlarm> LastAlarms
    {
        get
        {
            lock (_gate)
                return [.. _alarms.Reverse()];
        }
    }

    public Task<QueueState> QueueAsync() => _queue.GetAsync();

    /// <summary>Parts that wait for a person; 100 stands for more.</summary>
    public Task<int> OpenReviewsAsync() => _reviews.GetAsync();

    /// <summary>The last 24 hours.</summary>
    public Task<IReadOnlyList<StationHour>> HoursAsync() => _hours.GetAsync();

    /// <summary>How long the steps took, over the last parts.</summary>
    public IReadOnlyList<Percentiles> Latencies()
    {
        var timings = Parts.Where(p => p.Verdict is { Reason: null, Timings: not null }).Select(p => p.Verdict.Timings!).ToList();
        return timings.Count == 0 ? [] : [Of("Total", t => t.Total), Of("Queue", t => t.Queue), Of("Read", t => t.Read), Of("Decode", t => t.Decode), Of("Score", t => t.Score)];

        Percentiles Of(string step, Func<VerdictTimings, double> value)
        {
            double[] sorted = [.. timings.Select(value).Order()];
            return new Percentiles(step, At(sorted, 0.5), At(sorted, 0.95), At(sorted, 0.99));
        }
    }

    private static double At(double[] ascending, double share) => ascending[Math.Min(ascending.Length - 1, (int)Math.Ceiling(share * ascending.Length) - 1)];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var watching = events.WatchAsync(cancellation: stoppingToken);
            foreach (var part in (await journal.ListAsync(new PartQuery { Limit = Remembered }, stoppingToken).ConfigureAwait(false)).Where(part => part.Verdict is not null).OrderBy(part => part.AcceptedAt))
                Add(LineJson.Read<LineVerdict>(part.Verdict!), null);
            await foreach (var happened in watching.ConfigureAwait(false))
            {
                if (happened.Data is LineVerdict verdict)
                    Add(verdict, watch.States.FirstOrDefault(state => state.Station == verdict.Station && state.Model == verdict.Model?.Hash)?.Log10Evidence);
                else if (happened.Data is LineAlarm alarm)
                    Add(new BoardAlarm(happened.At, alarm));
            }
        }
        catch (DbException e)
        {
            log.LogWarning("The page begins empty: {Message}", e.Message);
        }
        catch (OperationCanceledException)
        {
        }
    }

    private void Add(LineVerdict verdict, double? evidence)
    {
        lock (_gate)
        {
            _parts.Enqueue(new BoardPart(++_count, verdict, evidence));
            if (_parts.Count > Remembered)
                _parts.Dequeue();
        }
    }

    private void Add(BoardAlarm alarm)
    {
        lock (_gate)
        {
            _alarms.Enqueue(alarm);
            if (_alarms.Count > Alarms)
                _alarms.Dequeue();
        }
    }
}

/// <summary>A value that is asked for no more often than its age allows, whoever wants it.</summary>
internal sealed class Cached<T>(Func<CancellationToken, Task<T>> load, TimeSpan age)
{
    private readonly Lock _gate = new();
    private Task<T>? _last;
    private long _since;

    public Task<T> GetAsync()
    {
        lock (_gate)
        {
            if (_last is null || _last.IsFaulted || (_last.IsCompleted && System.Diagnostics.Stopwatch.GetElapsedTime(_since) > age))
            {
                _since = System.Diagnostics.Stopwatch.GetTimestamp();
                _last = load(CancellationToken.None);
            }
            return _last;
        }
    }
}
