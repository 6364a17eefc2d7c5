namespace DxmiMlNet.Line;

/// <summary>
/// Watches the scores of one station and model. Defective parts are no drift: the scores of parts that passed are compared with those of calibration that would have passed, and
/// how many do not pass is tested apart. The capital of both bets together, half on each, is a supermartingale: an alarm at 1 / rate is false with a probability of at most
/// the rate, however long the station runs.
/// </summary>
internal sealed class DriftMonitor
{
    private readonly ConformalMartingale _scores;
    private readonly ShareTest _notPassed;
    private readonly double _alarmAt;
    private readonly Random _ties;

    /// <param name="calibrationScores">Scores of the good parts that the model was calibrated on.</param>
    /// <param name="reviewThreshold">The smallest score that does not pass.</param>
    /// <param name="notPassed">Share of parts that may not pass: what good parts are promised, and the defective ones.</param>
    /// <param name="falseAlarmRate">Largest probability of ever raising an alarm although nothing changed.</param>
    /// <param name="seed">Breaks ties.</param>
    public DriftMonitor(ReadOnlySpan<float> calibrationScores, float reviewThreshold, double notPassed, double falseAlarmRate, int seed)
    {
        // Given the threshold, which is one of them, those below it are a sample of good parts that pass.
        _scores = new ConformalMartingale([.. calibrationScores.ToArray().Where(score => score < reviewThreshold)]);
        _notPassed = new ShareTest(Math.Clamp(notPassed, 1e-6, 0.999));
        _alarmAt = Math.Log(1 / falseAlarmRate);
        _ties = new Random(seed);
    }

    /// <summary>Parts seen.</summary>
    public long Parts { get; private set; }

    /// <summary>Logarithm (base 10) of the capital; 2 is evidence of 100 to 1.</summary>
    public double Log10Capital { get; private set; }

    /// <summary>Parts after which the alarm was raised; null while there is none.</summary>
    public long? AlarmAfter { get; private set; }

    /// <summary>Sees the next part.</summary>
    /// <returns>Whether the alarm is raised now, for the first time.</returns>
    public bool Add(float score, bool passed)
    {
        Parts++;
        if (passed)
            _scores.Add(score, 1 - _ties.NextDouble());
        _notPassed.Add(passed);
        double log = ChangeBets.LogSum([_scores.LogCapital, _notPassed.LogCapital]) - Math.Log(2);
        Log10Capital = log / Math.Log(10);
        if (AlarmAfter is not null || log < _alarmAt)
            return false;
        AlarmAfter = Parts;
        return true;
    }
}
