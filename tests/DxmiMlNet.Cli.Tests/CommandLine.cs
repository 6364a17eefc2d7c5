using System.Text.Json;

namespace DxmiMlNet.Cli.Tests;

/// <summary>Runs <c>dxmi</c> inside the test and keeps what it printed.</summary>
internal sealed record CommandLine(int ExitCode, string Output, string Error)
{
    public static CommandLine Run(params string[] args) => Run(CancellationToken.None, args);

    public static CommandLine Run(CancellationToken cancellation, params string[] args) => Run(TextReader.Null, cancellation, args);

    public static CommandLine Run(TextReader input, CancellationToken cancellation, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int exitCode = Program.Run(args, input, output, error, cancellation: cancellation);
        return new CommandLine(exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The last line of standard output as JSON; with --json it is the only one.</summary>
    public JsonElement Json => JsonDocument.Parse(Output.TrimEnd().Split('\n')[^1]).RootElement;

    public string[] Names => [.. Json.EnumerateObject().Select(p => p.Name)];

    /// <summary>Wrong use: exit code 2 and a message of three lines, what, expected, what to do; no stack trace, nothing on standard output.</summary>
    public void AssertRefused(string what, string expected, string remedy)
    {
        Assert.AreEqual(ExitCodes.WrongUse, ExitCode, Error);
        string[] lines = Error.TrimEnd().Split('\n');
        Assert.HasCount(3, lines, Error);
        Assert.Contains(what, lines[0]);
        Assert.Contains(expected, lines[1]);
        Assert.Contains(remedy, lines[2]);
        Assert.AreEqual("", Output);
    }
}
