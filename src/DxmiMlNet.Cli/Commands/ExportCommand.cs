using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Export;
using DxmiMlNet.Images;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi export</c>: a model as one ONNX file, from pixels to verdict.</summary>
internal sealed class ExportCommand : InspectionCommand
{
    private const string Patches = "patches", Input = "input";

    private readonly Option<string> _model, _output, _mapSize;
    private readonly Option<bool> _quantize;
    private readonly Option<string?> _data;
    private readonly Option<double> _maximumLoss;
    private readonly DataOptions _images;

    public ExportCommand(Streams streams)
        : base(streams, "export", "Writes a model as one ONNX file for any ONNX Runtime: decoded pixels in, score, p-value, verdict and map out. "
            + "It is compared with the model first.")
    {
        _model = Add(CommonOptions.Required("--model", "FILE", "Model file."));
        _output = Add(CommonOptions.Required("--output", "FILE.onnx", "File to write."));
        _mapSize = Add(CommonOptions.With("--map-size", "S", Patches, "Size of the map: patches, or input for that of the image.").AcceptOnlyFromAmong(Patches, Input));
        _quantize = Add(new Option<bool>("--quantize") { Description = "Brings backbone and detector to 8 bits; needs --data. The report compares speed and image AUROC." });
        _data = Add(CommonOptions.Optional<string?>("--data", "DIR", "With --quantize: folder or CSV file with good images to train on, and labelled ones to compare on."));
        _maximumLoss = Add(CommonOptions.With("--max-loss", "L", 0.005, "With --quantize: the largest loss of image AUROC; at more nothing is written."));
        _images = new DataOptions(this, streams);
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        string output = parsed.GetRequiredValue(_output);
        var options = new OnnxExportOptions { MapAtInputSize = parsed.GetRequiredValue(_mapSize) == Input, Quantization = Quantization(parsed) };
        using var model = InspectionModel.Load(parsed.GetRequiredValue(_model));
        var report = model.ExportOnnx(output, options);
        var summary = new ExportSummary(output, report.Bytes, report.Images, report.LargestDifference, report.Quantization, run.Seconds);
        summary.Print(run.Console);
        return run.Finish(summary, []);
    }

    private OnnxQuantization? Quantization(ParseResult parsed)
    {
        if (!parsed.GetValue(_quantize))
            return null;
        string data = parsed.GetValue(_data) ?? throw new DxmiException("--quantize was given without images.",
            "Good images to read the ranges of inner values from were expected.", "Add --data DIR.");
        var items = _images.Read(parsed, data);
        return new OnnxQuantization
        {
            Good = TrainCommand.GoodImages(items, data),
            Labelled = [.. items.Where(item => item.Split == InspectionSplit.Test)],
            MaximumLoss = parsed.GetValue(_maximumLoss),
        };
    }
}
