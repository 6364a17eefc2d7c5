using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Line;
using Spectre.Console;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi audit</c>: looks at the records of the inspection service.</summary>
internal sealed class AuditCommand : Command
{
    public AuditCommand(Streams streams)
        : base("audit", "Looks at the records of the inspection service.")
    {
        Add(new AuditVerifyCommand(streams));
        Add(new AuditReplayCommand(streams));
        Add(new AuditExportCommand(streams));
    }
}

/// <summary><c>dxmi audit verify</c>: finds changed or missing rows.</summary>
internal sealed class AuditVerifyCommand : LineRecordsCommand
{
    public AuditVerifyCommand(Streams streams)
        : base(streams, "verify", "Looks at every row of the audit chain: finds what was changed, taken out or put in.")
    {
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        var found = LineAudit.VerifyAsync(Settings(parsed), run.Cancellation).GetAwaiter().GetResult();
        run.Console.WriteLine(found.Intact ? $"{found.Rows} rows, intact. Head: {found.Head}" : $"BROKEN after {found.Rows} good rows: {found.Problem}.");
        return run.Finish(found, found.Intact ? [] : [new FailedItem("audit", $"The audit chain is broken: {found.Problem}.")]);
    }
}

/// <summary><c>dxmi audit replay</c>: makes a decision again.</summary>
internal sealed class AuditReplayCommand : LineRecordsCommand
{
    private readonly Argument<string> _part = new("PART") { Description = "Part id." };

    public AuditReplayCommand(Streams streams)
        : base(streams, "replay", "Makes the decision on a part again, with the model that made it, and prints both scores.")
    {
        Arguments.Add(_part);
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        var replayed = LineAudit.ReplayAsync(Settings(parsed), parsed.GetRequiredValue(_part), run.Cancellation).GetAwaiter().GetResult();
        run.Console.WriteLine($"Model {replayed.Model}");
        run.Console.WriteLine($"On record: {replayed.Then,-6} {replayed.ScoreThen:G9}");
        run.Console.WriteLine($"Now:       {replayed.Now,-6} {replayed.ScoreNow:G9}");
        return run.Finish(replayed, replayed.Agrees ? [] : [new FailedItem(replayed.PartId, "The decision is another one now.")]);
    }
}

/// <summary><c>dxmi audit export</c>: writes what people overruled as training data.</summary>
internal sealed class AuditExportCommand : LineRecordsCommand
{
    private readonly Option<string> _output;

    public AuditExportCommand(Streams streams)
        : base(streams, "export", "Writes the photographs of overruled parts as training data: train/good and test/overruled.")
    {
        _output = Add(CommonOptions.Required("--output", "DIR", "Where to write. Files that are there stay."));
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        string folder = parsed.GetRequiredValue(_output);
        var written = LineAudit.ExportOverruledAsync(Settings(parsed), folder, run.Cancellation).GetAwaiter().GetResult();
        run.Console.WriteLine($"{folder}: {written.Good} good after all (train/good), {written.Defective} defective after all (test/overruled); of {written.Gone} the photograph is gone.");
        return run.Finish(written, []);
    }
}

/// <summary>A command that needs the settings of a service.</summary>
internal abstract class LineRecordsCommand : InspectionCommand
{
    private readonly Option<string?> _config;

    protected LineRecordsCommand(Streams streams, string name, string description)
        : base(streams, name, description)
    {
        _config = Add(CommonOptions.Optional<string?>("--config", "FILE", "Settings of the service. More settings can be added: --DataFolder=line-data"));
        TreatUnmatchedTokensAsErrors = false;   // they are settings
    }

    protected override string CancelledNote => "Nothing was changed.";

    protected LineOptions Settings(ParseResult parsed) => LineConfiguration.Load(parsed.GetValue(_config), parsed.UnmatchedTokens);
}
