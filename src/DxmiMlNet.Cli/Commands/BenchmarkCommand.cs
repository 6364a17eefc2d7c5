using System.CommandLine;
using DxmiMlNet.Features;
using DxmiMlNet.Files;
using DxmiMlNet.Lab.Benchmarking;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Persistence;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi benchmark</c>: methods of detection compared on the same features, in the same run.</summary>
internal sealed class BenchmarkCommand : InspectionCommand
{
    private readonly Option<string[]> _data;
    private readonly Option<string> _methods, _backbones, _output, _mode, _device;
    private readonly Option<ImageSize> _imageSize;
    private readonly Option<int> _seeds, _tileSize, _tileOverlap;
    private readonly Option<int?> _threads;
    private readonly Option<double> _alpha, _effort;

    public BenchmarkCommand(Streams streams)
        : base(streams, "benchmark", "Compares methods of detection on data sets with known defects. A benchmark that was stopped goes on when the same command is run again.")
    {
        _data = Add(new Option<string[]>("--data")
        {
            Description = "Data sets: folders or CSV files with training and test images.",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
            HelpName = "DIR",
        });
        _methods = Add(Text("--methods", "Comma-separated methods.", string.Join(',', InspectionBenchmark.Methods), "LIST"));
        _backbones = Add(Text("--backbones", "Comma-separated: embedded, random (its network, not trained), names in data/backbones, or paths of JSON files.", BenchmarkBackbone.Embedded, "LIST"));
        _seeds = Add(new Option<int>("--seeds") { Description = "Repetitions, with the seeds 1 to N.", DefaultValueFactory = _ => 1, HelpName = "N" });
        _imageSize = Add(CommonOptions.ImageSize());
        _tileSize = Add(CommonOptions.TileSize());
        _tileOverlap = Add(CommonOptions.TileOverlap());
        _alpha = Add(new Option<double>("--alpha") { Description = "Promised share of good parts that may be rejected.", DefaultValueFactory = _ => 0.05, HelpName = "A" });
        _mode = Add(Text("--mode", "One model a category, one for all categories of a data set, or both.", "separate", "MODE").AcceptOnlyFromAmong("separate", "unified", "both"));
        _output = Add(Text("--output", "Folder for rows.jsonl, rows.csv, results.json, report.html, table.md. Rows that are there for the same data and settings are kept: "
            + "take a new folder when the code has changed.", Path.Combine("out", "benchmark"), "DIR"));
        _threads = Add(CommonOptions.Threads());
        _device = Add(CommonOptions.Device());
        _effort = Add(CommonOptions.Effort());
    }

    protected override string CancelledNote => "Finished rows are kept; run the same command again to go on.";

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        CommonOptions.Use(parsed.GetValue(_threads));
        var options = new InspectionBenchmarkOptions
        {
            Data = parsed.GetRequiredValue(_data),
            Methods = Names(parsed.GetRequiredValue(_methods)),
            Backbones = [.. Names(parsed.GetRequiredValue(_backbones)).Select(BenchmarkBackbone.Find)],
            Seeds = parsed.GetValue(_seeds),
            ImageSize = parsed.GetValue(_imageSize),
            TileSize = parsed.GetValue(_tileSize),
            TileOverlap = parsed.GetValue(_tileOverlap),
            Alpha = parsed.GetValue(_alpha),
            Mode = Enum.Parse<BenchmarkMode>(parsed.GetRequiredValue(_mode), ignoreCase: true),
            OutputFolder = parsed.GetRequiredValue(_output),
            Threads = parsed.GetValue(_threads) ?? 1,
            Device = parsed.GetRequiredValue(_device),
            Effort = parsed.GetValue(_effort),
        };
        InspectionTraining.CheckDevice(parsed.GetRequiredValue(_device));
        var result = run.WithProgress(progress => InspectionBenchmark.Run(options, progress, run.Cancellation));
        var summary = BenchmarkOutput.Of(options.OutputFolder, result, run);
        summary.Print(run.Console);
        return run.Finish(summary, summary.Failed);
    }

    private static Option<string> Text(string name, string description, string value, string helpName)
        => new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = helpName };

    private static string[] Names(string list) => list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
