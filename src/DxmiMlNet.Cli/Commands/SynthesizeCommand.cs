using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Lab.Synthesis;
using Spectre.Console;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi synthesize</c>: generated images with defects and masks.</summary>
internal sealed class SynthesizeCommand : InspectionCommand
{
    private readonly Option<string> _kind, _output, _format;
    private readonly Option<int> _seed, _size, _trainGood, _testGood, _testPerDefect, _quality;

    public SynthesizeCommand(Streams streams)
        : base(streams, "synthesize", "Generates a set of photographs of good and defective parts, in MVTec layout with masks.")
    {
        _kind = Add(CommonOptions.Required("--kind", "K", $"Surface: {string.Join(", ", SyntheticTexture.Kinds)}."));
        _output = Add(CommonOptions.Required("--output", "DIR", "Folder to make; it must not exist yet, or be empty."));
        _seed = Add(CommonOptions.Seed());
        _size = Add(CommonOptions.With("--size", "N", 256, "Width and height in pixels."));
        _trainGood = Add(CommonOptions.With("--train-good", "N", 200, "Good images to learn from."));
        _testGood = Add(CommonOptions.With("--test-good", "N", 60, "Good images to test with."));
        _testPerDefect = Add(CommonOptions.With("--test-per-defect", "N", 30, "Images for each kind of defect."));
        _format = Add(CommonOptions.With("--format", "F", "png", "How photographs are stored: png or jpeg.").AcceptOnlyFromAmong("png", "jpeg"));
        _quality = Add(CommonOptions.With("--jpeg-quality", "N", 92, "1 to 100."));
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        var options = new SyntheticOptions
        {
            Kind = parsed.GetRequiredValue(_kind),
            OutputFolder = parsed.GetRequiredValue(_output),
            Seed = parsed.GetValue(_seed),
            ImageSize = parsed.GetValue(_size),
            TrainGood = parsed.GetValue(_trainGood),
            TestGood = parsed.GetValue(_testGood),
            TestPerDefect = parsed.GetValue(_testPerDefect),
            Format = parsed.GetValue(_format) == "jpeg" ? SyntheticImageFormat.Jpeg : SyntheticImageFormat.Png,
            JpegQuality = parsed.GetValue(_quality),
        };
        int images = Generate(run, options);
        run.Console.WriteLine($"{images} images of {options.Kind}, seed {options.Seed}: {options.OutputFolder}");
        double peakMemoryMb = PeakMemory.Megabytes();
        return run.Finish(new { options.Kind, Output = options.OutputFolder, Images = images, options.Seed, run.Seconds, PeakMemoryMb = peakMemoryMb }, []);
    }

    /// <summary>Generates a set with progress.</summary>
    /// <returns>The number of images.</returns>
    public static int Generate(CommandRun run, SyntheticOptions options) => run.WithProgress(progress =>
    {
        int total = 0;
        SyntheticDataset.Write(options, new Progress(value =>
        {
            Volatile.Write(ref total, value.Total);
            progress.Report(InspectionProgress.Of("Generating images", value.Done, value.Total));
        }), run.Cancellation);
        return Volatile.Read(ref total);
    });

    // System.Progress reports on other threads, later; a bar must not run ahead of the command's end.
    private sealed class Progress(Action<SyntheticProgress> report) : IProgress<SyntheticProgress>
    {
        public void Report(SyntheticProgress value) => report(value);
    }
}
