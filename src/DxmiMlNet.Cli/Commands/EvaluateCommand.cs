using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Evaluation;
using DxmiMlNet.Files;
using DxmiMlNet.Images;
using DxmiMlNet.Persistence;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi evaluate</c>: how well a model tells the good and the anomalous images of a test set apart.</summary>
internal sealed class EvaluateCommand : InspectionCommand
{
    private readonly Option<string> _data, _model;
    private readonly Option<string?> _report, _ignoreMasks;
    private readonly Option<int?> _threads, _splitCalibration;
    private readonly Option<int> _splits;
    private readonly Option<string> _splitAlphas;
    private readonly DataOptions _images;

    public EvaluateCommand(Streams streams)
        : base(streams, "evaluate", "Measures a model on images whose truth is known.")
    {
        _model = Add(CommonOptions.Required("--model", "FILE", "Model file."));
        _data = Add(CommonOptions.Required("--data", "DIR", "Folder in MVTec layout, or CSV file; its test images are used where it has any, else all."));
        _report = Add(CommonOptions.Optional<string?>("--report", "DIR", "Folder for report.html and metrics.csv."));
        _ignoreMasks = Add(MaskOptions.PerImage());
        _images = new DataOptions(this, streams);
        _splits = Add(CommonOptions.With("--splits", "N", 0, "Also checks the promise: splits the good images N times at random into a half to calibrate on "
            + "and a half to check, and compares what is rejected with split-conformal theory. 0: does not."));
        _splitAlphas = Add(CommonOptions.With("--split-alphas", "LIST", "0.02,0.05", "Comma-separated rates to check in the splits."));
        _splitCalibration = Add(CommonOptions.Optional<int?>("--split-calibration", "N",
            "Images to calibrate on in a split. Left out: the number near half of the good ones with which the rate can be met best."));
        _threads = Add(CommonOptions.Threads());
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        CommonOptions.Use(parsed.GetValue(_threads));
        string modelPath = parsed.GetRequiredValue(_model), data = parsed.GetRequiredValue(_data);
        string? report = parsed.GetValue(_report);
        double[] alphas = Alphas(parsed.GetRequiredValue(_splitAlphas));
        int splits = parsed.GetValue(_splits);
        using var place = report is null ? null : new ResultsPlace(report);
        using var model = InspectionModel.Load(modelPath);
        var items = MaskOptions.Apply(TestImages(_images.Read(parsed, data)), data, parsed.GetValue(_ignoreMasks), model);
        var paths = new DataPath(data);
        var (evaluation, milliseconds) = Evaluate(run, model, items);
        string? page = report is null ? null : evaluation.SaveReport(model, report, paths.ReportOptions(modelPath), run.Cancellation);
        var summary = EvaluationSummary.Of(modelPath, evaluation, paths, milliseconds, run) with
        {
            SplitChecks = splits == 0 ? null : Check(evaluation, alphas, splits, parsed.GetValue(_splitCalibration)),
            Report = page,
        };
        summary.Print(run.Console);
        return run.Finish(summary, summary.Failed);
    }

    private static SplitCheck[] Check(InspectionEvaluation evaluation, double[] alphas, int splits, int? calibration)
    {
        float[] scores = [.. evaluation.Results.Where(r => !r.Item.IsAnomalous).Select(r => r.Score)];
        return [.. alphas.Select(alpha => SplitCheck.Run(scores, alpha, splits, calibration))];
    }

    private static double[] Alphas(string list)
        => [.. list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double alpha) && alpha is > 0 and < 1 ? alpha
                : throw new DxmiException($"'{text}' is no rate.", "Numbers above 0 and below 1 were expected, separated by commas.", "Take for example 0.02,0.05."))];

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
    public static InspectionItem[] TestImages(InspectionItem[] items)
    {
        var test = items.Where(item => item.Split == InspectionSplit.Test).ToArray();
        return test.Length > 0 ? test : items;
    }
}
