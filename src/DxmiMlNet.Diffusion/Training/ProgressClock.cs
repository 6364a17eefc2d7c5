using System.Diagnostics;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>How long a piece of work has run, and will still run at the pace so far.</summary>
/// <param name="from">The fraction of the work that was done when the clock started, 0 to 1.</param>
public sealed class ProgressClock(double from = 0)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>An estimate of the time left; null while nothing is known.</summary>
    /// <param name="fraction">The fraction of the work that is done, 0 to 1.</param>
    public TimeSpan? Remaining(double fraction) => Remaining(Elapsed, fraction, from);

    /// <summary>An estimate of the time left; null while nothing is known.</summary>
    /// <param name="elapsed">The time that the work has taken.</param>
    /// <param name="fraction">The fraction of the work that is done, 0 to 1.</param>
    /// <param name="from">The fraction that was done before.</param>
    public static TimeSpan? Remaining(TimeSpan elapsed, double fraction, double from = 0)
        => fraction > from ? elapsed * ((1 - fraction) / (fraction - from)) : null;
}
