using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Features.Backbones;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi backbone inspect</c>: the tensors of a network that can be tapped.</summary>
internal sealed class BackboneInspectCommand : InspectionCommand
{
    private readonly Argument<string> _file;

    public BackboneInspectCommand(Streams streams)
        : base(streams, "inspect", "Lists the tensors of a network that can be tapped, with their channels and strides.")
    {
        _file = new Argument<string>("FILE") { Description = "An ONNX file, or the JSON that describes one." };
        Arguments.Add(_file);
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        string path = parsed.GetRequiredValue(_file);
        var found = TapCandidates.Of(path);
        var tapped = found.Description?.Taps.Select(t => t.Tensor).ToHashSet() ?? [];
        var list = new TapList(path, found.Height, found.Width,
            [.. found.Tensors.Select(c => new TapRow(c.Tensor, c.Op, c.Channels, c.Stride, c.IsOutput, tapped.Contains(c.Tensor)))]);
        list.Print(run.Console);
        return run.Finish(list, []);
    }
}
