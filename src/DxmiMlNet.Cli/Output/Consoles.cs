using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>Spectre's console over any writer.</summary>
internal static class Consoles
{
    private const int PlainWidth = 160;

    public static IAnsiConsole Of(TextWriter writer, bool terminal)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        if (!terminal)
            console.Profile.Width = PlainWidth;   // a file has no width to ask for
        return console;
    }
}
