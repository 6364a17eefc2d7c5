using DxmiMlNet.Diffusion.Training;

namespace DxmiMlNet.Detection;

/// <summary>Turns what is done of a phase into progress of the whole fit, with an estimate of the time left.</summary>
internal sealed class PhaseClock(PhaseLog log)
{
    private readonly ProgressClock _clock = new();

    /// <param name="phase">What is being done.</param>
    /// <param name="done">Steps of the phase that are done.</param>
    /// <param name="total">All its steps; null where they are not known: then what is done stands for them.</param>
    /// <param name="from">Share of the fit that lies before the phase.</param>
    /// <param name="to">Share of the fit that is done with it.</param>
    public void Report(string phase, int done, int? total, double from, double to)
    {
        double fraction = from + (to - from) * (total is { } all ? (double)done / all : 0);
        log.Report(new TrainingProgress(phase, done, total ?? done, fraction, _clock.Elapsed, _clock.Remaining(fraction), null));
    }
}
