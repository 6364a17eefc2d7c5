using System.Globalization;
using System.Net;

namespace DxmiMlNet.Interactive;

/// <summary>A training as a bar that moves: show it once, and update what is shown whenever it changes.</summary>
/// <example>
/// <code>
/// var progress = new TrainingProgressView();
/// var shown = progress.Display();
/// progress.Changed = () => shown.Update(progress);
/// var trained = InspectionTraining.Train(good, options, progress);
/// </code>
/// </example>
public sealed class TrainingProgressView : IProgress<InspectionProgress>
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(250);   // a page is redrawn no faster than one reads

    private readonly TimeProvider _clock;
    private readonly Lock _lock = new();
    private InspectionProgress? _now;
    private long? _changed;

    /// <summary>A training that has not begun.</summary>
    /// <param name="clock">Tells how often the view may change; null is the system's.</param>
    public TrainingProgressView(TimeProvider? clock = null) => _clock = clock ?? TimeProvider.System;

    /// <summary>Called after a change, at most four times a second and at every new stage; on the thread that trains.</summary>
    public Action? Changed { get; set; }

    /// <summary>What the training said last; null before it began.</summary>
    public InspectionProgress? Now
    {
        get { lock (_lock) return _now; }
    }

    /// <inheritdoc/>
    public void Report(InspectionProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_lock)
        {
            bool isDue = _now?.Stage != value.Stage || value.Fraction >= 1 || _changed is not { } before || _clock.GetElapsedTime(before) >= s_pause;
            _now = value;
            if (!isDue)
                return;
            _changed = _clock.GetTimestamp();
        }
        Changed?.Invoke();
    }

    /// <summary>The bar with the stage, how far it is, and the time left.</summary>
    public string ToHtml()
    {
        if (Now is not { } now)
            return "<div>Not begun.</div>";
        string left = now.Remaining is { } time && now.Fraction < 1 ? $", {time:m\\:ss} left" : "";
        return string.Create(CultureInfo.InvariantCulture, $"""
            <div>{WebUtility.HtmlEncode(now.Stage)} <progress value="{now.Fraction:0.###}" max="1" aria-label="{WebUtility.HtmlEncode(now.Stage)}"></progress> {now.Fraction:P0} ({WebUtility.HtmlEncode(now.Detail)}{left})</div>
            """);
    }
}
