using System.CommandLine;
using DxmiMlNet.Cli.Output;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi model info</c>: how a model came about, what it promises, and which file it is.</summary>
internal sealed class ModelInfoCommand : InspectionCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "Model file." };

    public ModelInfoCommand(Streams streams)
        : base(streams, "info", "Tells of a model its backbone, size, day of training, number of good images, thresholds, rates, regions and hash.")
    {
        Arguments.Add(_file);
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        using var model = InspectionModel.Load(parsed.GetRequiredValue(_file));
        var info = model.Describe();
        ModelTable.Print(info, run.Console);
        return run.Finish(info, []);
    }
}
