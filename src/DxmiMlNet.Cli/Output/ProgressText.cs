using DxmiMlNet.Diffusion.Training;

namespace DxmiMlNet.Cli.Output;

/// <summary>The time left of a stage in words.</summary>
internal static class ProgressText
{
    /// <summary>The stage's own estimate, else what its fraction tells.</summary>
    /// <param name="progress">How far the stage is.</param>
    /// <param name="clock">Started with the stage.</param>
    public static string TimeLeft(this InspectionProgress progress, ProgressClock clock)
        => (progress.Remaining ?? clock.Remaining(progress.Fraction)) is { } t ? t.TotalHours >= 1 ? $"{(int)t.TotalHours}:{t:mm\\:ss}" : $"{t:m\\:ss}" : "-:--";
}
