using System.CommandLine;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi backbone</c>: what can be done with the networks that describe patches.</summary>
internal sealed class BackboneCommand : Command
{
    public BackboneCommand(Streams streams)
        : base("backbone", "Trains, lists, checks and looks into the networks that describe patches.")
    {
        Add(new BackboneDistillCommand(streams));
        Add(new BackboneListCommand(streams));
        Add(new BackboneInspectCommand(streams));
        Add(new BackboneCheckCommand(streams));
    }
}
