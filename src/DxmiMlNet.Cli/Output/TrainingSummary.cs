using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>train</c> reports.</summary>
internal sealed record TrainingSummary(string Model, int Images, FailedItem[] Failed, double Seconds, double PeakMemoryMb, double Threshold,
    double ReviewThreshold, double Alpha, int CalibrationImages, long ModelBytes, int Seed)
{
    /// <summary>What to know of the images.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>Number of folds of a cross-calibration; 0 where the calibration images were held back.</summary>
    public int CrossFolds { get; init; }

    /// <summary>Patches that are ignored on every image, of a model with masks.</summary>
    public int? IgnoredPatches { get; init; }

    /// <summary>Width of the resized image in pixels.</summary>
    public int ImageWidth { get; init; }

    /// <summary>Height of the resized image in pixels.</summary>
    public int ImageHeight { get; init; }

    /// <summary>Side of a tile in pixels, of a model with tiles.</summary>
    public int? TileSize { get; init; }

    /// <summary>Fewest pixels that neighbouring tiles share, of a model with tiles.</summary>
    public int? TileOverlap { get; init; }

    public static TrainingSummary Of(string path, InspectionTrainingResult result, DataPath data, int seed, CommandRun run)
    {
        var (calibration, features) = (result.Model.Calibration, result.Model.Features);
        return new TrainingSummary(path, result.Images, FailedItem.Of(result.Failed, data), run.Seconds, PeakMemory.Megabytes(),
            calibration.RejectThreshold, calibration.ReviewThreshold, calibration.Alpha, result.CalibrationImages, new FileInfo(path).Length, seed)
        {
            Warnings = result.Warnings.Count > 0 ? result.Warnings : null,
            CrossFolds = result.CrossFolds,
            ImageWidth = features.ImageWidth,
            ImageHeight = features.ImageHeight,
            TileSize = features.TileSize > 0 ? features.TileSize : null,
            TileOverlap = features.TileSize > 0 ? features.TileOverlap : null,
            IgnoredPatches = result.Model.Masks?.Ignored.Count(i => i),
        };
    }

    public void Print(IAnsiConsole console)
    {
        var table = new Table().AddColumns("Model", Markup.Escape(Model)).Border(TableBorder.Rounded);
        table.AddRow("Images", $"{Images}, {Calibration}; {Failed.Length} failed");
        table.AddRow("Image size", $"{ImageWidth} x {ImageHeight}{(TileSize is { } tile ? $" in tiles of {tile}, {TileOverlap} or more of them shared" : "")}");
        if (IgnoredPatches is { } ignored)
            table.AddRow("Ignored on every image", $"{ignored} patches");
        table.AddRow("Rejects from score", $"{Threshold:G6}; {(CrossFolds > 0 ? "about" : "at most")} {100 * Alpha:G3} % of good parts");
        table.AddRow("Reviews from score", $"{ReviewThreshold:G6}");
        table.AddRow("Size", $"{ModelBytes / 1e6:0.0} MB");
        table.AddRow("Time and memory", $"{Seconds:0} s, {PeakMemoryMb:0} MB");
        console.Write(table);
    }

    private string Calibration => CrossFolds > 0 ? $"all to calibrate on, in {CrossFolds} folds" : $"of which {CalibrationImages} to calibrate on";
}
