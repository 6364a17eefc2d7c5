using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using Microsoft.ML;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi backbone check</c>: whether a description and its model file fit each other.</summary>
internal sealed class BackboneCheckCommand : InspectionCommand
{
    private readonly Argument<string> _file;
    private readonly Option<ImageSize> _imageSize;

    public BackboneCheckCommand(Streams streams)
        : base(streams, "check", "Says whether a description and its model file fit: reads both, cuts the model to its taps and runs it on an empty image.")
    {
        _file = new Argument<string>("FILE.json") { Description = "The JSON that describes an ONNX file." };
        Arguments.Add(_file);
        _imageSize = Add(CommonOptions.ImageSize());
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        string path = parsed.GetRequiredValue(_file);
        var description = BackboneDescription.Load(path);
        // Of an empty set of images: the default size stands in for auto.
        var size = parsed.GetValue(_imageSize) is { IsAuto: false } asked ? asked : default;
        var mlContext = new MLContext();
        using var features = mlContext.Transforms.ExtractPatchFeatures(new PatchFeatureEstimator.Options
        {
            Backbone = description,
            ImageHeight = size.Height,
            ImageWidth = size.Width,
        }).Fit(mlContext.Data.LoadInspectionImages([]));
        var check = new BackboneCheck(path, description.Name, features.ImageHeight, features.ImageWidth, features.Grid.Height, features.Grid.Width, features.Grid.Channels,
            [.. description.Taps.Select(tap => tap.Tensor)]);
        check.Print(run.Console);
        return run.Finish(check, []);
    }
}
