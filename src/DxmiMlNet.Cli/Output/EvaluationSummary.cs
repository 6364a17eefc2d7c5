using DxmiMlNet.Evaluation;
using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>evaluate</c> and <c>demo</c> report; what the images leave undefined is null.</summary>
internal sealed record EvaluationSummary(string Model, int Images, FailedItem[] Failed, double Seconds, double PeakMemoryMb, double MsPerImage,
    IReadOnlyDictionary<string, DefectMetrics> ByDefect) : MetricSet
{
    private static readonly Metric s_f1 = Metric.Choose(nameof(F1AtThreshold))[0], s_bestF1 = Metric.Choose(nameof(F1Best))[0],
        s_rejected = Metric.Choose(nameof(FalseRejectRate))[0];

    /// <summary>Path of the page, where one was written.</summary>
    public string? Report { get; init; }

    /// <summary>Whether random splits of the good images keep the promise, where that was asked for: one an alpha.</summary>
    public IReadOnlyList<SplitCheck>? SplitChecks { get; init; }

    public static EvaluationSummary Of(string model, InspectionEvaluation evaluation, DataPath data, double milliseconds, CommandRun run)
    {
        var metrics = evaluation.Metrics;
        return new EvaluationSummary(model, metrics.Images, FailedItem.Of(evaluation.Failed, data), run.Seconds, PeakMemory.Megabytes(), Math.Round(milliseconds, 2),
            metrics.ByDefect).WithMetrics(metrics);
    }

    public void Print(IAnsiConsole console)
    {
        var table = new Table().AddColumns(["Images", "Number", .. Metric.OfDefects.Select(m => m.Title)]).Border(TableBorder.Rounded);
        foreach (var (name, defect) in ByDefect)
            table.AddRow([Markup.Escape(name), $"{defect.Images}", .. Metric.OfDefects.Select(m => m.Text(defect))]);
        table.AddRow(["all", $"{Images}", .. Metric.OfDefects.Select(m => m.Text(this))]);
        console.Write(table);
        console.WriteLine($"F1 {s_f1.Text(this)} at the calibrated threshold (best possible {s_bestF1.Text(this)}).");
        console.WriteLine($"{s_rejected.Title}: {s_rejected.Headline(this)}.");
        console.WriteLine($"{MsPerImage:0.0} ms an image, {Seconds:0} s, {PeakMemoryMb:0} MB; {Failed.Length} images failed.");
        PrintSplits(console);
        if (Report is not null)
            console.WriteLine($"Report: {Report}");
    }

    private void PrintSplits(IAnsiConsole console)
    {
        if (SplitChecks is null)
            return;
        var table = new Table().AddColumns("alpha", "Calibrate, check", "Splits", "Inside 99 %", "Interval", "Lowest, highest", "Mean rejected", "Expected k/(n+1)")
            .Border(TableBorder.Rounded);
        foreach (var c in SplitChecks)
            table.AddRow($"{c.Alpha}", $"{c.Calibration}, {c.Check}", $"{c.Splits}", $"{c.InsideInterval}", $"{c.IntervalLow:0.0000} to {c.IntervalHigh:0.0000}",
                $"{c.LowestRejected:0.0000}, {c.HighestRejected:0.0000}", $"{c.MeanRejected:0.0000}", $"{c.ExpectedRejected:0.0000}");
        console.Write(table);
    }
}
