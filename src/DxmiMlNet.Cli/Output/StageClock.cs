using System.Diagnostics;

namespace DxmiMlNet.Cli.Output;

/// <summary>How long a stage has run and will still run.</summary>
internal sealed class StageClock
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>The stage's own estimate, else what its fraction tells; null while nothing is known.</summary>
    public TimeSpan? Remaining(InspectionProgress progress)
        => progress.Remaining ?? (progress.Fraction > 0 ? Elapsed * ((1 - progress.Fraction) / progress.Fraction) : null);

    public static string Text(TimeSpan? time) => time is { } t ? t.TotalHours >= 1 ? $"{(int)t.TotalHours}:{t:mm\\:ss}" : $"{t:m\\:ss}" : "-:--";
}
