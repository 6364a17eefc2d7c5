using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Export;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi export</c>: a model as one ONNX file, from pixels to verdict.</summary>
internal sealed class ExportCommand : InspectionCommand
{
    private const string Patches = "patches", Input = "input";

    private readonly Option<string> _model, _output, _mapSize;

    public ExportCommand(Streams streams)
        : base(streams, "export", "Writes a model as one ONNX file for any ONNX Runtime: decoded pixels in, score, p-value, verdict and map out. It is compared with the model first.")
    {
        _model = Add(CommonOptions.Required("--model", "FILE", "Model file."));
        _output = Add(CommonOptions.Required("--output", "FILE.onnx", "File to write."));
        _mapSize = Add(CommonOptions.With("--map-size", "S", Patches, "Size of the map: patches, or input for that of the image.").AcceptOnlyFromAmong(Patches, Input));
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        using var model = InspectionModel.Load(parsed.GetRequiredValue(_model));
        string output = parsed.GetRequiredValue(_output);
        var report = model.ExportOnnx(output, new OnnxExportOptions { MapAtInputSize = parsed.GetRequiredValue(_mapSize) == Input });
        var summary = new ExportSummary(output, report.Bytes, report.Images, report.LargestDifference, run.Seconds);
        summary.Print(run.Console);
        return run.Finish(summary, []);
    }
}
