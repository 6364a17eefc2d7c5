using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace DxmiMlNet.Line;

/// <summary>Something that happened on the line, for whoever watches.</summary>
/// <param name="Id">1, 2, 3, ... since the service started.</param>
/// <param name="Type">accepted, decided, reviewed, model, alarm, state.</param>
/// <param name="At">When.</param>
/// <param name="Data">What: a <see cref="LineVerdict"/> for "decided", a <see cref="LineAlarm"/> for "alarm", and so on.</param>
public sealed record LineEvent(long Id, string Type, DateTimeOffset At, object Data);

/// <summary>What happens on the line, as it happens. Watching never slows the line down: who is slow misses the oldest.</summary>
public interface ILineEvents
{
    /// <summary>Watches from now on, or from after an event that is still remembered (the last 256 are).</summary>
    /// <param name="after">Number of the last event seen; null to begin now.</param>
    /// <param name="cancellation">Ends it.</param>
    IAsyncEnumerable<LineEvent> WatchAsync(long? after = null, CancellationToken cancellation = default);
}

internal sealed class LineEvents(TimeProvider clock) : ILineEvents
{
    private const int Remembered = 256;

    private readonly Lock _gate = new();
    private readonly Queue<LineEvent> _last = new();
    private readonly List<Channel<LineEvent>> _watchers = [];
    private long _count;

    public void Publish(string type, object data)
    {
        lock (_gate)
        {
            var happened = new LineEvent(++_count, type, clock.GetUtcNow(), data);
            _last.Enqueue(happened);
            if (_last.Count > Remembered)
                _last.Dequeue();
            foreach (var watcher in _watchers)
                watcher.Writer.TryWrite(happened);
        }
    }

    public async IAsyncEnumerable<LineEvent> WatchAsync(long? after = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var channel = Channel.CreateBounded<LineEvent>(new BoundedChannelOptions(Remembered) { FullMode = BoundedChannelFullMode.DropOldest });
        lock (_gate)
        {
            // A number from before a restart means nothing here.
            foreach (var happened in _last.Where(e => after is { } seen && seen <= _count && e.Id > seen))
                channel.Writer.TryWrite(happened);
            _watchers.Add(channel);
        }
        try
        {
            await foreach (var happened in channel.Reader.ReadAllAsync(cancellation).ConfigureAwait(false))
                yield return happened;
        }
        finally
        {
            lock (_gate)
                _watchers.Remove(channel);
        }
    }
}
