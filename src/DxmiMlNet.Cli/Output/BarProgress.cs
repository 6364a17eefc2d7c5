using DxmiMlNet.Diffusion.Training;
using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>Progress as bars in a terminal, one a stage.</summary>
internal sealed class BarProgress(ProgressContext context) : IProgress<InspectionProgress>
{
    private readonly Lock _lock = new();
    private string _stage = "";
    private ProgressClock _clock = new();
    private ProgressTask? _bar;

    public void Report(InspectionProgress value)
    {
        lock (_lock)
        {
            if (_bar is null || value.Stage != _stage)
            {
                if (_bar is not null)
                    _bar.Value = _bar.MaxValue;
                (_stage, _clock, _bar) = (value.Stage, new ProgressClock(), context.AddTask(value.Stage, maxValue: 1));
            }
            _bar.Value = value.Fraction;
            string left = value.Fraction < 1 ? $", {value.TimeLeft(_clock)} left" : "";
            _bar.Description = Markup.Escape($"{value.Stage} ({value.Detail}){left}");
        }
    }
}
