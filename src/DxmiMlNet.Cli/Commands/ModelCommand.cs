using System.CommandLine;
namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi model</c>: what concerns model files.</summary>
internal sealed class ModelCommand : Command
{
    public ModelCommand(Streams streams)
        : base("model", "Looks into model files.")
    {
        Add(new ModelInfoCommand(streams));
    }
}
