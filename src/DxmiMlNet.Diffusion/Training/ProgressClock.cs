using System.Diagnostics;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>Estimates the time left from the pace of the current stage and the relative cost of those to come.</summary>
internal sealed class ProgressClock(TrainingStage[] stages)
{
    private readonly Stopwatch _total = Stopwatch.StartNew();
    private readonly Stopwatch _stage = new();
    private int _current, _start;

    public void Enter(int stage, int startIteration)
    {
        _current = stage;
        _start = startIteration;
        _stage.Restart();
    }

    public TrainingProgress Report(string phase, int done, PhaseMetrics metrics)
    {
        double Cost(int stage, int iterations) => stages[stage].RelativeCost * iterations;

        double secondsPerCost = _stage.Elapsed.TotalSeconds / Cost(_current, done - _start);
        double left = Cost(_current, stages[_current].Iterations - done);
        double before = Cost(_current, done);
        for (int s = 0; s < stages.Length; s++)
        {
            if (s < _current)
                before += Cost(s, stages[s].Iterations);
            else if (s > _current)
                left += Cost(s, stages[s].Iterations);
        }
        return new TrainingProgress(phase, done, stages[_current].Iterations, before / (before + left), _total.Elapsed,
            TimeSpan.FromSeconds(secondsPerCost * left), metrics);
    }
}
