using DxmiMlNet.Cli.Output;

namespace DxmiMlNet.Cli;

/// <summary>Where a command reads from and writes to, and how it is stopped.</summary>
internal sealed record Streams(TextReader Input, TextWriter Output, TextWriter Error, bool Interactive, CancellationToken Cancellation)
{
    /// <summary>Says what went wrong, without a stack trace.</summary>
    public int Fail(DxmiException e, bool json)
    {
        Error.WriteLine(e.What);
        Error.WriteLine(e.Expected);
        Error.WriteLine(e.Remedy);
        if (json)
            Output.WriteLine(InspectionJson.SerializeLine(new { Error = e.Message }));
        return ExitCodes.WrongUse;
    }
}
