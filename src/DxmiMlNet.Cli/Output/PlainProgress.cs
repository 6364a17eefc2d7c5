using DxmiMlNet.Diffusion.Training;

namespace DxmiMlNet.Cli.Output;

/// <summary>Progress as lines, for logs: none for what takes under two seconds, then one every ten.</summary>
internal sealed class PlainProgress(TextWriter writer) : IProgress<InspectionProgress>
{
    private static readonly TimeSpan s_first = TimeSpan.FromSeconds(2), s_interval = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private string _stage = "";
    private ProgressClock _clock = new();
    private TimeSpan _due;

    public void Report(InspectionProgress value)
    {
        lock (_lock)
        {
            if (value.Stage != _stage)
                (_stage, _clock, _due) = (value.Stage, new ProgressClock(), s_first);
            if (_clock.Elapsed < _due)
                return;
            _due = _clock.Elapsed + s_interval;
            writer.WriteLine($"{value.Stage}: {100 * value.Fraction:0} % ({value.Detail}), {value.TimeLeft(_clock)} left");
        }
    }
}
