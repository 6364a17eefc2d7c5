using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DxmiMlNet.Line;

/// <summary>What is measured; the names are in README.md.</summary>
internal sealed class LineMeters : IDisposable
{
    public const string Name = "DxmiMlNet.Line";

    private readonly Meter _meter = new(Name);
    private readonly Counter<long> _accepted, _duplicates, _refused, _decided, _overruled, _alarms, _delivered, _undelivered;
    private readonly Histogram<double> _milliseconds, _own;
    private readonly Gauge<double> _drift;

    public LineMeters()
    {
        _accepted = _meter.CreateCounter<long>("dxmi.line.parts.accepted", description: "Parts on disk");
        _duplicates = _meter.CreateCounter<long>("dxmi.line.parts.duplicate", description: "Parts that were there before");
        _refused = _meter.CreateCounter<long>("dxmi.line.parts.refused", description: "Parts that were not taken in");
        _decided = _meter.CreateCounter<long>("dxmi.line.parts.decided", description: "Verdicts");
        _overruled = _meter.CreateCounter<long>("dxmi.line.parts.reviewed", description: "Verdicts that a person looked at");
        _alarms = _meter.CreateCounter<long>("dxmi.line.alarms", description: "Alarms of drift and image quality");
        _delivered = _meter.CreateCounter<long>("dxmi.line.messages.delivered", description: "Verdicts told to the outside");
        _undelivered = _meter.CreateCounter<long>("dxmi.line.messages.failed", description: "Attempts to tell that failed");
        _milliseconds = _meter.CreateHistogram<double>("dxmi.line.step.duration", "ms", "Steps of a part: queue, read, decode, score, total");
        _own = _meter.CreateHistogram<double>("dxmi.line.commit.duration", "ms", "Writing a verdict");
        _drift = _meter.CreateGauge<double>("dxmi.line.drift.evidence", description: "Base-10 logarithm of the evidence for a change");
    }

    /// <summary>Spans of parts.</summary>
    public ActivitySource Activities { get; } = new(Name);

    public void Accepted(string station, string source, bool duplicate)
        => (duplicate ? _duplicates : _accepted).Add(1, new KeyValuePair<string, object?>("station", station), new KeyValuePair<string, object?>("source", source));

    public void Refused(string source, Refusal why) => _refused.Add(1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("why", why.ToString()));

    public void Decided(LineVerdict verdict, double commit)
    {
        _decided.Add(1, new("station", verdict.Station), new("verdict", verdict.Verdict), new("reason", verdict.Reason ?? "score"));
        _own.Record(commit);
        if (verdict.Timings is { } t)
            foreach (var (step, value) in new[] { ("queue", t.Queue), ("read", t.Read), ("decode", t.Decode), ("score", t.Score), ("total", t.Total) })
                _milliseconds.Record(value, new KeyValuePair<string, object?>("step", step));
    }

    public void Reviewed(string station, bool overruled) => _overruled.Add(1, new KeyValuePair<string, object?>("station", station), new KeyValuePair<string, object?>("overruled", overruled));

    public void Alarm(string station, string kind) => _alarms.Add(1, new KeyValuePair<string, object?>("station", station), new KeyValuePair<string, object?>("kind", kind));

    public void Delivered(string sink, bool delivered) => (delivered ? _delivered : _undelivered).Add(1, new KeyValuePair<string, object?>("sink", sink));

    public void Drift(string station, double log10) => _drift.Record(log10, new KeyValuePair<string, object?>("station", station));

    public void Dispose()
    {
        _meter.Dispose();
        Activities.Dispose();
    }
}
