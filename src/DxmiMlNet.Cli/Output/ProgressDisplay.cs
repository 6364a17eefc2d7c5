using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>Shows how far work is: bars in a terminal, lines elsewhere.</summary>
internal static class ProgressDisplay
{
    public static T Show<T>(TextWriter writer, bool terminal, Func<IProgress<InspectionProgress>, T> work)
    {
        if (!terminal)
            return work(new PlainProgress(writer));
        return Consoles.Of(writer, terminal).Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context => work(new BarProgress(context)));
    }
}
