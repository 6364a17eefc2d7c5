using System.CommandLine;
using System.Diagnostics;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Images;
using DxmiMlNet.Persistence;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi evaluate</c>: how well a model tells the good and the anomalous images of a test set apart.</summary>
internal sealed class EvaluateCommand : InspectionCommand
{
    private readonly Option<string> _data, _model;
    private readonly Option<string?> _report;
    private readonly Option<int?> _threads;

    public EvaluateCommand(Streams streams)
        : base(streams, "evaluate", "Measures a model on images whose truth is known.")
    {
        _model = Add(CommonOptions.Required("--model", "FILE", "Model file."));
        _data = Add(CommonOptions.Required("--data", "DIR", "Folder in MVTec layout, or CSV file; its test images are used where it has any, else all."));
        _report = Add(CommonOptions.Optional<string?>("--report", "DIR", "Folder for report.html and metrics.csv."));
        _threads = Add(CommonOptions.Threads());
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        CommonOptions.Use(parsed.GetValue(_threads));
        string modelPath = parsed.GetRequiredValue(_model), data = parsed.GetRequiredValue(_data);
        string? report = parsed.GetValue(_report);
        if (report is not null)
            AtomicFile.Probe(report, report, "Folder");
        using var model = InspectionModel.Load(modelPath);
        var items = TestImages(data);
        var (evaluation, milliseconds) = Evaluate(run, model, items);
        if (report is not null)
            new EvaluationReport(modelPath, model, evaluation).Save(report, run.Cancellation);
        var summary = EvaluationSummary.Of(modelPath, evaluation, milliseconds, run) with
        {
            Report = report is null ? null : Path.Combine(report, EvaluationReport.PageName),
        };
        summary.Print(run.Console);
        return run.Finish(summary, summary.Failed);
    }

    /// <summary>Inspects the images with progress.</summary>
    /// <returns>The evaluation, and the milliseconds that an image took.</returns>
    public static (InspectionEvaluation Evaluation, double Milliseconds) Evaluate(CommandRun run, InspectionModel model, InspectionItem[] items,
        InspectionSettings? settings = null, Action<InspectionResult>? onResult = null)
    {
        var clock = Stopwatch.StartNew();
        var evaluation = run.WithProgress(progress =>
        {
            int done = 0;
            return InspectionEvaluation.Run(model, items, settings, result =>
            {
                onResult?.Invoke(result);
                progress.Report(InspectionProgress.Of("Inspecting", ++done, items.Length));
            }, run.Cancellation);
        });
        return (evaluation, clock.Elapsed.TotalMilliseconds / items.Length);
    }

    /// <summary>The test images of a data set; of one without any, all.</summary>
    public static InspectionItem[] TestImages(string data)
    {
        var items = InspectionDataset.Read(data);
        var test = items.Where(item => item.Split == InspectionSplit.Test).ToArray();
        return test.Length > 0 ? test : [.. items];
    }
}
