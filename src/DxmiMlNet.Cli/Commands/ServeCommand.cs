using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Line;
using Microsoft.Extensions.Hosting;
using Spectre.Console;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi serve</c>: the inspection service.</summary>
internal sealed class ServeCommand : InspectionCommand
{
    private readonly Option<string?> _config, _init;
    private readonly Option<bool> _check, _schema, _demo;

    public ServeCommand(Streams streams)
        : base(streams, "serve", "Runs the inspection service: parts in by HTTP, folder or MQTT, one verdict each. Settings can be added: --Http:Url=http://127.0.0.1:9000")
    {
        _config = Add(CommonOptions.Optional<string?>("--config", "FILE", "Settings, JSON. Environment variables (DXMI_LINE_Http__Url) and settings on the command line go before it."));
        _init = Add(CommonOptions.Optional<string?>("--init", "FILE", "Writes a commented settings file to begin with, and ends."));
        _check = Add(new Option<bool>("--check") { Description = "Checks the settings, tries every connection, and ends." });
        _schema = Add(new Option<bool>("--schema") { Description = "Prints the JSON Schema of the settings, and ends." });
        _demo = Add(new Option<bool>("--demo") { Description = "Nothing configured: trains a model on generated parts once, then inspects those of a simulated camera." });
        TreatUnmatchedTokensAsErrors = false;   // they are settings
    }

    protected override string CancelledNote => "The service was not started.";

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        if (parsed.GetValue(_schema))
        {
            run.Console.WriteLine(LineSchema.Json.ToJsonString(new() { WriteIndented = true }));
            return ExitCodes.Fine;
        }
        if (parsed.GetValue(_init) is { } file)
            return Init(file, run);
        string[] settings = [.. parsed.UnmatchedTokens];
        if (Array.Find(settings, s => !s.StartsWith("--", StringComparison.Ordinal) || !s.Contains('=', StringComparison.Ordinal)) is { } odd)
            throw new DxmiException($"'{odd}' is no setting.", "Settings of the form --Key:Name=value were expected.", "Run 'dxmi serve --help', or 'dxmi serve --schema' for the keys.");
        if (parsed.GetValue(_demo))
        {
            var (demo, camera) = LineDemo.Prepare(run, parsed.GetValue(_config), settings);
            return Serve(demo, camera, run);
        }
        var options = LineConfiguration.Load(parsed.GetValue(_config), settings);
        return parsed.GetValue(_check) ? Check(options, run) : Serve(options, null, run);
    }

    private static int Init(string file, CommandRun run)
    {
        if (File.Exists(file))
            throw new DxmiException($"'{file}' exists.", "A new file was expected.", "Choose another name, or delete it.");
        File.WriteAllText(file, LineSchema.Example);
        run.Console.WriteLine($"Written: {file}. Next: dxmi serve --config {file} --check");
        return run.Finish(new { File = file }, []);
    }

    private static int Check(LineOptions options, CommandRun run)
    {
        var results = LineCheck.RunAsync(options, run.Cancellation).GetAwaiter().GetResult();
        foreach (var result in results)
            run.Console.WriteLine(result.Problem is null ? $"fine    {result.What}" : $"FAILED  {result.What}: {result.Problem}");
        return run.Finish(new { Checks = results }, [.. results.Where(r => r.Problem is not null).Select(r => new FailedItem(r.What, $"{r.What}: {r.Problem}"))]);
    }

    private static int Serve(LineOptions options, ISimulatedCamera? camera, CommandRun run)
    {
        ServeAsync(options, camera, run).GetAwaiter().GetResult();
        return ExitCodes.Fine;
    }

    private static async Task ServeAsync(LineOptions options, ISimulatedCamera? camera, CommandRun run)
    {
        await using var app = LineHost.Create(options, camera);
        await app.StartAsync(run.Cancellation);
        run.Console.WriteLine($"Listening on {string.Join(", ", app.Urls)}{(options.Http.Dashboard ? ", where the page is, too" : "")}; Ctrl-C finishes what is begun and ends.");
        await app.WaitForShutdownAsync(run.Cancellation);
    }
}
