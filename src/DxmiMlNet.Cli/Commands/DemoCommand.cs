using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Files;
using DxmiMlNet.Images;
using DxmiMlNet.Persistence;
using DxmiMlNet.Lab.Synthesis;
using Spectre.Console;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi demo</c>: the whole way on generated images, from photographs to report.</summary>
internal sealed class DemoCommand : InspectionCommand
{
    private const int ImageSize = 256, TrainGood = 160, TestGood = 40, TestPerDefect = 15;

    private readonly Option<string> _output, _kind, _device;
    private readonly Option<string?> _backbone;
    private readonly Option<int> _seed;
    private readonly Option<int?> _threads;
    private readonly Option<double> _effort;

    public DemoCommand(Streams streams)
        : base(streams, "demo", "Shows the whole way in minutes: generates images of parts, trains on the good ones, inspects others, writes a report.")
    {
        _output = Add(CommonOptions.With("--output", "DIR", "demo-out", "Folder to write to."));
        _kind = Add(CommonOptions.With("--kind", "K", "brushed-metal", $"Surface: {string.Join(", ", SyntheticTexture.Kinds)}."));
        _backbone = Add(CommonOptions.Backbone());
        _seed = Add(CommonOptions.Seed());
        _threads = Add(CommonOptions.Threads());
        _device = Add(CommonOptions.Device());
        _effort = Add(CommonOptions.Effort());
    }

    protected override string CancelledNote => "Run the same command again to go on.";

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        CommonOptions.Use(parsed.GetValue(_threads));
        string output = parsed.GetRequiredValue(_output);
        var backbone = parsed.GetValue(_backbone) is { } json ? BackboneDescription.Load(json) : BackboneDescription.Embedded;
        InspectionTraining.CheckDevice(parsed.GetRequiredValue(_device));
        using var place = new ResultsPlace(output);
        using var reserved = InspectionModel.Reserve(Path.Combine(output, "model.zip"));
        int seed = parsed.GetValue(_seed);
        string data = Generate(run, output, parsed.GetRequiredValue(_kind), seed);

        string modelPath = Path.Combine(output, "model.zip");
        var options = new InspectionTrainingOptions
        {
            Backbone = backbone,
            Seed = seed,
            Threads = parsed.GetValue(_threads) ?? 1,
            Device = parsed.GetRequiredValue(_device),
            Effort = parsed.GetValue(_effort),
            CheckpointPath = modelPath + ".checkpoint",
        };
        var trained = run.WithProgress(progress => InspectionTraining.Train(TrainCommand.GoodImages(InspectionDataset.Read(data), data), options, progress, run.Cancellation));
        using var model = trained.Model;
        model.Save(modelPath);

        var items = EvaluateCommand.TestImages([.. InspectionDataset.Read(data)]);
        var paths = new DataPath(data);
        using var files = new ResultFolder(output, Path.Combine(data, "test"), model);
        files.Expect(items.Select(item => item.ImagePath));
        var (evaluation, milliseconds) = EvaluateCommand.Evaluate(run, model, items, files.Settings, result => files.Add(result));
        string page = evaluation.SaveReport(model, output, paths.ReportOptions(modelPath), run.Cancellation);

        var summary = EvaluationSummary.Of(modelPath, evaluation, paths, milliseconds, run) with { Report = page };
        summary.Print(run.Console);
        run.Console.WriteLine($"Images: {data}");
        run.Console.WriteLine($"Overlays: {Path.Combine(output, "overlays")}");
        run.Console.WriteLine($"Model: {modelPath}");
        return run.Finish(summary, summary.Failed);
    }

    /// <summary>Generates the images, unless an earlier run has: the folder is whole or not there, and the same name holds the same images.</summary>
    private static string Generate(CommandRun run, string output, string kind, int seed)
    {
        string data = Path.Combine(output, "data", $"{kind}-{seed}");
        if (!Directory.Exists(data))
        {
            Directory.CreateDirectory(Path.Combine(output, "data"));
            SynthesizeCommand.Generate(run, new SyntheticOptions
            {
                Kind = kind,
                Seed = seed,
                OutputFolder = data,
                ImageSize = ImageSize,
                TrainGood = TrainGood,
                TestGood = TestGood,
                TestPerDefect = TestPerDefect,
            });
        }
        return data;
    }
}
