using System.CommandLine;

namespace DxmiMlNet.Cli;

/// <summary>A subcommand: options, one action, and errors turned into exit codes.</summary>
internal abstract class InspectionCommand : Command
{
    private readonly Option<bool> _json = CommonOptions.Json();

    protected InspectionCommand(Streams streams, string name, string description)
        : base(name, description)
    {
        Options.Add(_json);
        SetAction(parsed => Execute(streams, parsed));
    }

    /// <summary>What to say when it was stopped.</summary>
    protected virtual string CancelledNote => "Nothing was written.";

    /// <summary>Does the work.</summary>
    /// <returns>The exit code.</returns>
    protected abstract int Run(ParseResult parsed, CommandRun run);

    protected T Add<T>(T option)
        where T : Option
    {
        Options.Add(option);
        return option;
    }

    private int Execute(Streams streams, ParseResult parsed)
    {
        bool json = parsed.GetValue(_json);
        try
        {
            return Run(parsed, new CommandRun(streams, json));
        }
        catch (OperationCanceledException) when (streams.Cancellation.IsCancellationRequested)
        {
            streams.Error.WriteLine($"Stopped. {CancelledNote}");
            return ExitCodes.Cancelled;
        }
        catch (DxmiException e)
        {
            return streams.Fail(e, json);
        }
        catch (ArgumentOutOfRangeException e)
        {
            // Its first line is ours, in three sentences; the framework adds the parameter's name.
            string message = e.Message.Split(Environment.NewLine)[0].Split(" (Parameter '")[0];
            string[] parts = message.Split(". ", 3);
            return streams.Fail(new DxmiException(parts[0] + ".", parts.Length > 1 ? parts[1] + "." : "", parts.Length > 2 ? parts[2] : ""), json);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OutOfMemoryException)
        {
            return streams.Fail(new DxmiException(e.Message, "Files that can be read and written, and enough memory and disk, were expected.",
                "Check paths, permissions and free space."), json);
        }
        catch (Exception e)
        {
            return streams.Fail(new DxmiException($"dxmi failed: {e.GetType().Name}: {e.Message}", "This should not happen, whatever the input.",
                "Please report it with this message and the command line."), json);
        }
    }
}
