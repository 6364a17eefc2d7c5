using System.CommandLine;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi experiment</c>: the experiments of the method's paper.</summary>
internal sealed class ExperimentCommand : Command
{
    public ExperimentCommand(Streams streams)
        : base("experiment", "Reproduces the experiments of the DxMI paper; needs no images.")
    {
        Add(new DensitiesCommand(streams));
        Add(new ImagesCommand(streams));
    }
}
