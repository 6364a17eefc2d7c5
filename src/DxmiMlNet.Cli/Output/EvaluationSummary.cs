using DxmiMlNet.Evaluation;
using DxmiMlNet.Files;
using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>evaluate</c> and <c>demo</c> report; what the images leave undefined is null.</summary>
internal sealed record EvaluationSummary(string Model, double? ImageAuroc, double? AveragePrecision, double? PixelAuroc, double? Aupro, double? F1Best,
    double? F1AtThreshold, double? FalseRejectRate, int Images, FailedItem[] Failed, double Seconds, double PeakMemoryMb, double MsPerImage,
    IReadOnlyDictionary<string, DefectSummary> ByDefect)
{
    /// <summary>Path of the page, where one was written.</summary>
    public string? Report { get; init; }

    /// <summary>Whether random splits of the good images keep the promise, where that was asked for: one an alpha.</summary>
    public IReadOnlyList<SplitCheck>? SplitChecks { get; init; }

    public static EvaluationSummary Of(string model, InspectionEvaluation evaluation, DataPath data, double milliseconds, CommandRun run)
    {
        var metrics = evaluation.Metrics;
        return new EvaluationSummary(model, JsonText.Number(metrics.ImageAuroc), JsonText.Number(metrics.AveragePrecision), JsonText.Number(metrics.PixelAuroc),
            JsonText.Number(metrics.Aupro), JsonText.Number(metrics.F1Best), JsonText.Number(metrics.F1AtThreshold), JsonText.Number(metrics.FalseRejectRate),
            metrics.Images, FailedItem.Of(evaluation.Failed, data), run.Seconds, PeakMemory.Megabytes(), Math.Round(milliseconds, 2),
            metrics.ByDefect.ToDictionary(d => d.Key, d => DefectSummary.Of(d.Value)));
    }

    public void Print(IAnsiConsole console)
    {
        var table = new Table().AddColumns("Images", "Number", "Image AUROC", "Average precision", "Pixel AUROC", "AUPRO").Border(TableBorder.Rounded);
        foreach (var (name, defect) in ByDefect)
            table.AddRow(Markup.Escape(name), $"{defect.Images}", Text(defect.ImageAuroc), Text(defect.AveragePrecision), Text(defect.PixelAuroc),
                Text(defect.Aupro));
        table.AddRow("all", $"{Images}", Text(ImageAuroc), Text(AveragePrecision), Text(PixelAuroc), Text(Aupro));
        console.Write(table);
        console.WriteLine($"F1 {Text(F1AtThreshold)} at the calibrated threshold (best possible {Text(F1Best)}).");
        console.WriteLine($"Good parts rejected: {Percent(FalseRejectRate)}.");
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

    private static string Text(double? value) => value is { } number ? $"{number:0.000}" : "-";

    private static string Percent(double? value) => value is { } number ? $"{100 * number:0.0} %" : "-";
}

/// <summary>The same for one kind of defect, against all good images.</summary>
internal sealed record DefectSummary(int Images, double? ImageAuroc, double? AveragePrecision, double? PixelAuroc, double? Aupro)
{
    public static DefectSummary Of(DefectMetrics metrics) => new(metrics.Images, JsonText.Number(metrics.ImageAuroc), JsonText.Number(metrics.AveragePrecision),
        JsonText.Number(metrics.PixelAuroc), JsonText.Number(metrics.Aupro));
}
