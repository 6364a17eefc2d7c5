using System.CommandLine;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using DxmiMlNet.Cli.Commands;

namespace DxmiMlNet.Cli;

/// <summary>The <c>dxmi</c> command: one file a subcommand in <c>Commands</c>.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        using var stop = new StopSignal();
        return Run(args, Console.In, Console.Out, Console.Error, interactive: !Console.IsErrorRedirected, stop.Token);
    }

    /// <summary>Runs one command line.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="input">Gives paths, where a command was told to read them.</param>
    /// <param name="output">Takes results: tables, or with --json one object as the last line.</param>
    /// <param name="error">Takes progress and errors; with --json tables, too.</param>
    /// <param name="interactive">Whether <paramref name="error"/> is a terminal, where bars can be drawn.</param>
    /// <param name="cancellation">Stops the command.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    internal static int Run(string[] args, TextReader input, TextWriter output, TextWriter error, bool interactive = false, CancellationToken cancellation = default)
    {
        var streams = new Streams(input, output, error, interactive, cancellation);
        var root = Root(streams);
        var parsed = root.Parse(args.Length > 0 ? args : ["--help"]);
        if (parsed.Errors.Count > 0)
        {
            return streams.Fail(new DxmiException(string.Join(" ", parsed.Errors.Select(e => OneLine(e.Message))),
                "Options as the help lists them were expected.", $"Run '{Path(parsed.CommandResult)} --help'."), args.Contains(CommonOptions.JsonName));
        }
        return parsed.Invoke(new InvocationConfiguration
        {
            Output = output,
            Error = error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,   // Ctrl-C is handled here
        });
    }

    /// <summary>All commands.</summary>
    internal static RootCommand Root(Streams streams)
        => new RootCommand("Visual quality inspection: learns what good parts look like from photographs of good parts, then inspects new ones.")
        {
            new TrainCommand(streams),
            new EvaluateCommand(streams),
            new InspectCommand(streams),
            new CalibrateCommand(streams),
            new ModelCommand(streams),
            new ExportCommand(streams),
            new ServeCommand(streams),
            new AuditCommand(streams),
            new DemoCommand(streams),
            new SynthesizeCommand(streams),
            new BenchmarkCommand(streams),
            new BenchCommand(streams),
            new ExperimentCommand(streams),
            new BackboneCommand(streams),
        };

    /// <summary>The words that lead to a command: "dxmi backbone list".</summary>
    private static string Path(CommandResult command)
        => command.Parent is CommandResult parent ? $"{Path(parent)} {command.Command.Name}" : "dxmi";

    // The parser lists allowed values one a line.
    private static string OneLine(string message) => string.Join(' ', message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
