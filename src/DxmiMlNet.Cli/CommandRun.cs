using System.Diagnostics;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Files;
using Spectre.Console;

namespace DxmiMlNet.Cli;

/// <summary>One run of a command: its clock, its console, its result.</summary>
internal sealed class CommandRun(Streams streams, bool json)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public CancellationToken Cancellation => streams.Cancellation;

    public TextReader Input => streams.Input;

    /// <summary>For results alone.</summary>
    public TextWriter Output => streams.Output;

    public double Seconds => Math.Round(_clock.Elapsed.TotalSeconds, 2);

    /// <summary>For tables and sentences: standard output, or standard error where standard output is for JSON.</summary>
    public IAnsiConsole Console { get; } = Consoles.Of(json ? streams.Error : streams.Output,
        streams.Interactive && (json || !System.Console.IsOutputRedirected));

    /// <summary>Does what may take longer than two seconds, and shows how far it is.</summary>
    public T WithProgress<T>(Func<IProgress<InspectionProgress>, T> work) => ProgressDisplay.Show(streams.Error, streams.Interactive, work);

    /// <summary>Says what a person should know, on standard error.</summary>
    public void Warn(IEnumerable<string> warnings)
    {
        foreach (string warning in warnings)
            streams.Error.WriteLine($"Warning: {warning}");
    }

    /// <summary>Prints the result where it was asked for as JSON; it is the last thing that a command prints.</summary>
    /// <returns>The exit code.</returns>
    public int Finish(object result, IReadOnlyCollection<FailedItem> failed)
    {
        foreach (var item in failed)
            streams.Error.WriteLine($"Failed: {item.Error}");
        if (json)
            streams.Output.WriteLine(InspectionJson.SerializeLine(result));
        return ExitCodes.Of(failed.Count);
    }
}
