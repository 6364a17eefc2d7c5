using System.Collections.Concurrent;

namespace DxmiMlNet.Line;

/// <summary>How a station stands.</summary>
/// <param name="Station">The station.</param>
/// <param name="Model">Hash of the model.</param>
/// <param name="Parts">Parts seen since the model went live here, or the service started.</param>
/// <param name="Log10Evidence">Evidence for a change: 2 is 100 to 1.</param>
/// <param name="AlarmAt">Evidence at which the alarm is raised.</param>
/// <param name="AlarmAfter">Parts after which it was raised; null while it is not.</param>
/// <param name="QualityLearned">Whether it is known what photographs are usually like.</param>
/// <param name="UnusualInARow">Photographs in a row that were unusual.</param>
public sealed record StationState(string Station, string Model, long Parts, double Log10Evidence, double AlarmAt, long? AlarmAfter, bool QualityLearned, int UnusualInARow);

/// <summary>Something about a station that a person should look at.</summary>
/// <param name="Station">The station.</param>
/// <param name="Kind">"drift" or "quality".</param>
/// <param name="Text">What is wrong, and where to look.</param>
public sealed record LineAlarm(string Station, string Kind, string Text);

/// <summary>Drift and image quality of every station and model that this service works for.</summary>
internal sealed class StationWatch(DriftOptions options, LineEvents events, LineMeters meters)
{
    /// <summary>Unusual photographs in a row that raise an alarm.</summary>
    private const int QualityAlarm = 5;

    private readonly ConcurrentDictionary<(string Station, string Model), Watch> _watches = new();

    public IReadOnlyList<StationState> States => [.. _watches.OrderBy(w => w.Key.Station, StringComparer.Ordinal).Select(w => w.Value.State(w.Key.Station, w.Key.Model, options))];

    /// <summary>What is unusual about a photograph.</summary>
    public IReadOnlyList<string>? Look(string station, LoadedModel model, ImageQuality quality)
    {
        var watch = Find(station, model);
        IReadOnlyList<string>? unusual;
        bool alarm;
        lock (watch)
        {
            unusual = watch.Quality.Look(quality);
            alarm = watch.Quality.InARow == QualityAlarm;
        }
        if (alarm)
            Alarm(station, "quality", $"{QualityAlarm} photographs in a row are unusual: {string.Join(", ", unusual!)}. Look at lens, light and camera.");
        return unusual;
    }

    /// <summary>Sees the one verdict on a part.</summary>
    public void Decided(string station, LoadedModel model, LineVerdict verdict, ImageQuality quality)
    {
        if (verdict.Result?.Score is not { } score)
            return;
        var watch = Find(station, model);
        bool passed = verdict.Verdict == Decisions.Verdicts.Pass, alarm;
        lock (watch)
        {
            if (passed)
                watch.Quality.Learn(quality);
            alarm = watch.Drift.Add(score, passed);
            meters.Drift(station, watch.Drift.Log10Capital);
        }
        if (alarm)
            Alarm(station, "drift", "Good parts no longer look like those of calibration. Look at light, camera and material; calibrate again if the change is meant.");
    }

    private void Alarm(string station, string kind, string text)
    {
        meters.Alarm(station, kind);
        events.Publish("alarm", new LineAlarm(station, kind, text));
    }

    private Watch Find(string station, LoadedModel model) => _watches.GetOrAdd((station, model.Hash), _ => new Watch(
        new DriftMonitor(model.Model.Calibration.CalibrationScoresOf(), model.Model.Calibration.ReviewThreshold, model.Model.Calibration.ReviewAlpha + options.DefectRate,
            options.FalseAlarmRate, seed: 1), new QualityGuard(options.QualityBaseline, options.QualityLimit)));

    private sealed record Watch(DriftMonitor Drift, QualityGuard Quality)
    {
        public StationState State(string station, string model, DriftOptions options)
        {
            lock (this)
                return new StationState(station, model, Drift.Parts, Math.Round(Drift.Log10Capital, 3), Math.Round(-Math.Log10(options.FalseAlarmRate), 3), Drift.AlarmAfter, Quality.IsLearned, Quality.InARow);
        }
    }
}
