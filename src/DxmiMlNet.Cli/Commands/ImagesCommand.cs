using System.CommandLine;
using DxmiMlNet.Lab.Pictures;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Diffusion.Networks;
using DxmiMlNet.Lab.Synthesis;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi experiment images</c>: a DDPM and an EDM of small crops in few steps, before and after DxMI.</summary>
internal sealed class ImagesCommand : InspectionCommand
{
    private const int Multiple = 8;   // three levels of the U-Net

    private static readonly PicturesOptions s_defaults = new() { OutputFolder = "images-out" };

    private readonly Option<string> _output, _texture, _device;
    private readonly Option<string?> _data;
    private readonly Option<int> _size, _shrink, _channels, _seeds, _samples, _pretraining, _iterations, _oneStep, _batch;
    private readonly Option<int[]> _steps;
    private readonly Option<PictureStart[]> _starts;
    private readonly Option<int?> _threads;

    public ImagesCommand(Streams streams)
        : base(streams, "images", "Pretrains samplers of crops as a DDPM and as an EDM, trains them with DxMI to make them in few steps, and measures both; "
            + "a stopped run goes on where it was.")
    {
        _output = Add(CommonOptions.With("--output", "DIR", s_defaults.OutputFolder, "Folder to write to; runs that it holds already are kept."));
        _data = Add(CommonOptions.Optional<string?>("--data", "DIR", "Photographs of good parts to learn crops of, held-out ones in test/good. Left out: a generated texture."));
        _texture = Add(CommonOptions.With("--texture", "K", "woven-fabric", $"The generated texture: {string.Join(", ", SyntheticTexture.Kinds)}.")
            .AcceptOnlyFromAmong([.. SyntheticTexture.Kinds]));
        _size = Add(AtLeast(Multiple, "--size", "Side of the crops in pixels, a multiple of 8.", 32));
        _size.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int size) && size >= Multiple && size % Multiple != 0)
                result.AddError($"Option '--size' is {size}, and should be a multiple of {Multiple}.");
        });
        _shrink = Add(AtLeast(1, "--shrink", "How many pixels of a photograph, along a side, become one of a crop.", 2));
        _channels = Add(CommonOptions.With("--channels", "C", 1, "1 for grey, 3 for colour.").AcceptOnlyFromAmong("1", "3"));
        _starts = Add(new Option<PictureStart[]>("--starts")
        {
            Description = "What samplers are pretrained as: ddpm, edm.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => Enum.GetValues<PictureStart>(),
            HelpName = "START",
        });
        _steps = Add(new Option<int[]>("--steps")
        {
            Description = "Generation steps T, each 2 or more.",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [4, 10],
            HelpName = "T",
        });
        _steps.Validators.Add(result =>
        {
            if (result.Tokens.FirstOrDefault(t => int.TryParse(t.Value, out int steps) && steps < 2) is { } wrong)
                result.AddError($"Option '--steps' is {wrong.Value}, and should be 2 or more.");
        });
        _seeds = Add(AtLeast(1, "--seeds", "Runs of every kind, with seeds 1 to N.", 1));
        _pretraining = Add(AtLeast(1, "--pretraining", "Iterations of pretraining.", s_defaults.PretrainingIterations));
        _iterations = Add(AtLeast(1, "--iterations", "Iterations of DxMI.", s_defaults.Iterations));
        _oneStep = Add(AtLeast(0, "--one-step", "Iterations of the conversion of every tuned sampler into a one-step generator; 0 for none.", s_defaults.ConversionIterations));
        _batch = Add(AtLeast(1, "--batch-size", "Trajectories an iteration of DxMI; pretraining takes twice as many crops.", s_defaults.BatchSize));
        _samples = Add(AtLeast(8, "--samples", "Samples, and held-out crops, that are measured.", 1000));
        _device = Add(CommonOptions.Device());
        _threads = Add(CommonOptions.Threads());
    }

    protected override string CancelledNote => "Run the same command again to go on with the runs that are missing.";

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        int size = parsed.GetValue(_size), threads = parsed.GetValue(_threads) ?? Environment.ProcessorCount;
        var options = new PicturesOptions
        {
            OutputFolder = parsed.GetRequiredValue(_output),
            Data = parsed.GetValue(_data),
            Texture = parsed.GetRequiredValue(_texture),
            Shape = new ImageShape(parsed.GetValue(_channels), size, size),
            Shrink = parsed.GetValue(_shrink),
            Starts = parsed.GetRequiredValue(_starts),
            Steps = parsed.GetRequiredValue(_steps),
            Seeds = parsed.GetValue(_seeds),
            PretrainingIterations = parsed.GetValue(_pretraining),
            Iterations = parsed.GetValue(_iterations),
            ConversionIterations = parsed.GetValue(_oneStep),
            BatchSize = parsed.GetValue(_batch),
            Samples = parsed.GetValue(_samples),
            Device = parsed.GetRequiredValue(_device),
            Threads = threads,
        };
        InspectionTraining.CheckDevice(options.Device);
        var summary = run.WithProgress(progress => PicturesExperiment.Run(options, progress, run.Cancellation));
        summary.Print(run.Console);
        return run.Finish(new
        {
            summary.Rows,
            Floor = new { KernelDistance = summary.Floor.Kernel, FrechetDistance = summary.Floor.Frechet, summary.Floor.Recall },
            summary.Data,
            Size = size,
            Threads = threads,
            options.Device,
            summary.Report,
            Output = options.OutputFolder,
            run.Seconds,
            PeakMemoryMb = PeakMemory.Megabytes(),
        }, []);
    }

    private static Option<int> AtLeast(int least, string name, string description, int value)
    {
        var option = CommonOptions.With(name, "N", value, description);
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out int number) && number < least)
                result.AddError($"Option '{name}' is {number}, and should be {least} or more.");
        });
        return option;
    }
}
