namespace DxmiMlNet.Images.Decoding;

/// <summary>
/// Hands out shares of <see cref="ImageDecoding.MaximumBytesInFlight"/>, in the order in which they are asked for; who asks for more than there is
/// waits. A share is granted whatever its size when nobody holds one, and to a thread that holds pixels already, a photograph for which it now needs
/// the mask: a thread that holds pixels never waits, so no two wait for each other.
/// </summary>
internal sealed class DecodingMemory
{
    /// <summary>Of encoded files in memory.</summary>
    public static DecodingMemory Files { get; } = new();

    /// <summary>Of pixels.</summary>
    public static DecodingMemory Pixels { get; } = new();

    [ThreadStatic]
    private static int t_heldPixels;      // shares of pixels that this thread holds

    [ThreadStatic]
    private static List<Share>? t_kept;   // what Keep keeps, on this thread

    private readonly Lock _lock = new();
    private readonly LinkedList<SemaphoreSlim> _waiting = [];
    private long _used;
    private int _shares;

    /// <summary>The largest number of bytes that were handed out together.</summary>
    public long Peak { get; private set; }

    /// <summary>Keeps the pixels that this thread decodes from now on counted until the result is disposed, on the same thread.</summary>
    public static IDisposable Keep()
    {
        var outer = t_kept;
        var kept = t_kept = [];
        return new Kept(kept, outer);
    }

    /// <summary>Waits for its turn.</summary>
    /// <returns>The share, to be disposed on the same thread.</returns>
    public IDisposable Take(long bytes)
    {
        Wait(bytes);
        var share = new Share(this, bytes);
        if (this != Pixels)
            return share;
        t_heldPixels++;
        if (t_kept is null)
            return share;
        t_kept.Add(share);
        return Nothing.Instance;
    }

    private void Wait(long bytes)
    {
        SemaphoreSlim turn;
        lock (_lock)
        {
            if (t_heldPixels > 0 || (_waiting.Count == 0 && Fits(bytes)))
            {
                Grant(bytes);
                return;
            }
            turn = new SemaphoreSlim(0);
            _waiting.AddLast(turn);
        }
        using (turn)
        {
            while (true)
            {
                turn.Wait();
                lock (_lock)
                {
                    if (!Fits(bytes))
                        continue;   // woken again when the next share comes back
                    _waiting.RemoveFirst();
                    Grant(bytes);
                    WakeFirst();
                    return;
                }
            }
        }
    }

    private bool Fits(long bytes) => _shares == 0 || _used + bytes <= ImageDecoding.MaximumBytesInFlight;

    private void Grant(long bytes)
    {
        _used += bytes;
        _shares++;
        Peak = Math.Max(Peak, _used);
    }

    private void GiveBack(long bytes)
    {
        lock (_lock)
        {
            _used -= bytes;
            _shares--;
            WakeFirst();
        }
    }

    private void WakeFirst() => _waiting.First?.Value.Release();

    private sealed class Share(DecodingMemory memory, long bytes) : IDisposable
    {
        public void Dispose()
        {
            if (memory == Pixels)
                t_heldPixels--;
            memory.GiveBack(bytes);
        }
    }

    private sealed class Kept(List<Share> shares, List<Share>? outer) : IDisposable
    {
        public void Dispose()
        {
            t_kept = outer;
            foreach (var share in shares)
                share.Dispose();
        }
    }

    private sealed class Nothing : IDisposable
    {
        public static Nothing Instance { get; } = new();

        public void Dispose()
        {
        }
    }
}
