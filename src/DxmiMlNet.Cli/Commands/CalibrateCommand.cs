using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Images;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi calibrate</c>: other rates, or other good images, without training.</summary>
internal sealed class CalibrateCommand : InspectionCommand
{
    private readonly Option<string> _model, _output;
    private readonly Option<string?> _good, _defects, _ignoreMasks;
    private readonly Option<double?> _alpha, _reviewAlpha;
    private readonly Option<int?> _threads;
    private readonly DataOptions _images;

    public CalibrateCommand(Streams streams)
        : base(streams, "calibrate", "Gives a model other rates, or calibrates it on other good images, without training.")
    {
        _model = Add(CommonOptions.Required("--model", "FILE", "Model file; it stays as it is."));
        _output = Add(CommonOptions.Required("--output", "FILE", "Model file to write."));
        _good = Add(CommonOptions.Optional<string?>("--good", "DIR",
            "Photographs of good parts that the model was not trained on: a folder or a CSV file. Left out: the calibration images of the model."));
        _alpha = Add(CommonOptions.Optional<double?>("--alpha", "A", "Largest share of good parts that may be rejected. Left out: the model's."));
        _reviewAlpha = Add(CommonOptions.Optional<double?>("--review-alpha", "B", "Largest share of good parts that may be rejected or sent to review. Left out: twice alpha."));
        _defects = Add(CommonOptions.Optional<string?>("--defects", "DIR", "Photographs of a few defective parts: tells which share of them several rates catch."));
        _ignoreMasks = Add(MaskOptions.PerImage());
        _images = new DataOptions(this, streams);
        _threads = Add(CommonOptions.Threads());
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        CommonOptions.Use(parsed.GetValue(_threads));
        string modelPath = parsed.GetRequiredValue(_model), output = parsed.GetRequiredValue(_output);
        double? alpha = parsed.GetValue(_alpha), reviewAlpha = parsed.GetValue(_reviewAlpha);
        if (parsed.GetValue(_good) is null && alpha is null && reviewAlpha is null)
            throw new DxmiException("Neither other images nor other rates were given.", "Expected --good, --alpha or --review-alpha.", "Give one of them.");
        InspectionModel.CheckWritable(output);
        using var model = InspectionModel.Load(modelPath);
        var result = Calibrate(parsed, run, model, alpha, reviewAlpha);
        using var calibrated = result.Model;
        var caught = parsed.GetValue(_defects) is { } defects ? InspectionCalibration.Caught(calibrated, Defective(_images.Read(parsed, defects)), cancellation: run.Cancellation) : null;
        calibrated.Save(output);
        using var written = InspectionModel.Load(output);
        var info = written.Describe();
        var summary = new CalibrationSummary(output, result.CalibrationImages, FailedItem.Of(result.Failed), info.Alpha, info.ReviewAlpha,
            info.RejectThreshold, info.ReviewThreshold, info.PixelThreshold, caught, run.Seconds);
        summary.Print(run.Console);
        return run.Finish(summary, summary.Failed);
    }

    private InspectionCalibrationResult Calibrate(ParseResult parsed, CommandRun run, InspectionModel model, double? alpha, double? reviewAlpha)
    {
        if (parsed.GetValue(_good) is not { } good)
            return new InspectionCalibrationResult(InspectionCalibration.WithRates(model, alpha ?? model.Calibration.Alpha, reviewAlpha), model.Calibration.CalibrationCount, []);
        var items = MaskOptions.Apply(_images.Read(parsed, good), good, parsed.GetValue(_ignoreMasks), model);
        return run.WithProgress(progress => InspectionCalibration.Run(model, items, alpha, reviewAlpha, progress, run.Cancellation));
    }

    // Of a labelled set the defective ones, of a plain folder all.
    private static InspectionItem[] Defective(InspectionItem[] items)
    {
        InspectionItem[] labelled = [.. items.Where(item => item.IsAnomalous)];
        return labelled.Length > 0 ? labelled : items;
    }
}
