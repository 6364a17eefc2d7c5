using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>train</c> reports.</summary>
internal sealed record TrainingSummary(string Model, int Images, FailedItem[] Failed, double Seconds, double PeakMemoryMb, double Threshold,
    double ReviewThreshold, double Alpha, int CalibrationImages, long ModelBytes, int Seed)
{
    public static TrainingSummary Of(string path, InspectionTrainingResult result, int seed, CommandRun run)
    {
        var calibration = result.Model.Calibration;
        return new TrainingSummary(path, result.FittingImages + result.CalibrationImages, FailedItem.Of(result.Failed), run.Seconds, PeakMemory.Megabytes(),
            calibration.RejectThreshold, calibration.ReviewThreshold, calibration.Alpha, result.CalibrationImages, new FileInfo(path).Length, seed);
    }

    public void Print(IAnsiConsole console)
    {
        var table = new Table().AddColumns("Model", Markup.Escape(Model)).Border(TableBorder.Rounded);
        table.AddRow("Images", $"{Images}, of which {CalibrationImages} to calibrate on; {Failed.Length} failed");
        table.AddRow("Rejects from score", $"{Threshold:G6}; at most {100 * Alpha:G3} % of good parts");
        table.AddRow("Reviews from score", $"{ReviewThreshold:G6}");
        table.AddRow("Size", $"{ModelBytes / 1e6:0.0} MB");
        table.AddRow("Time and memory", $"{Seconds:0} s, {PeakMemoryMb:0} MB");
        console.Write(table);
    }
}
