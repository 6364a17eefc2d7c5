using System.CommandLine;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Synthesis;
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
        _kind = Add(new Option<string>("--kind") { Description = $"Surface: {string.Join(", ", SyntheticTexture.Kinds)}.", Required = true, HelpName = "K" });
        _output = Add(new Option<string>("--output") { Description = "Folder to make; it must not exist yet, or be empty.", Required = true, HelpName = "DIR" });
        _seed = Add(CommonOptions.Seed());
        _size = Add(Number("--size", "Width and height in pixels.", 256));
        _trainGood = Add(Number("--train-good", "Good images to learn from.", 200));
        _testGood = Add(Number("--test-good", "Good images to test with.", 60));
        _testPerDefect = Add(Number("--test-per-defect", "Images for each kind of defect.", 30));
        _format = Add(new Option<string>("--format") { Description = "How photographs are stored: png or jpeg.", DefaultValueFactory = _ => "png" }.AcceptOnlyFromAmong("png", "jpeg"));
        _quality = Add(Number("--jpeg-quality", "1 to 100.", 92));
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
        return run.Finish(new { options.Kind, Output = options.OutputFolder, Images = images, options.Seed, run.Seconds, PeakMemoryMb = PeakMemory.Megabytes() }, []);
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

    private static Option<int> Number(string name, string description, int value) => new(name) { Description = description, DefaultValueFactory = _ => value, HelpName = "N" };

    // System.Progress reports on other threads, later; a bar must not run ahead of the command's end.
    private sealed class Progress(Action<SyntheticProgress> report) : IProgress<SyntheticProgress>
    {
        public void Report(SyntheticProgress value) => report(value);
    }
}
