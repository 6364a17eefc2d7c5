namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>
/// The most memory that this process holds while it is watched: the system's own high-water mark never falls, so it is looked at often instead.
/// </summary>
internal sealed class PeakMemoryWatch : IDisposable
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(20);

    private readonly Timer _timer;
    private long _peak;

    /// <summary>Begins; what the collector can free is not counted.</summary>
    public PeakMemoryWatch()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        _timer = new Timer(_ => Look(), null, TimeSpan.Zero, s_interval);
    }

    /// <summary>Resident memory at its peak so far, in units of 2^20 bytes.</summary>
    public double Megabytes
    {
        get
        {
            Look();
            return Math.Round(Interlocked.Read(ref _peak) / 1048576.0, 1);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        long now = Environment.WorkingSet, seen;
        while (now > (seen = Interlocked.Read(ref _peak)) && Interlocked.CompareExchange(ref _peak, now, seen) != seen)
        {
        }
    }
}
