using DxmiMlNet.Lab.Distillation;
using Spectre.Console;

namespace DxmiMlNet.Cli.Output;

/// <summary>What <c>backbone distill</c> reports; losses are one a tap, of strides 4, 8 and 16: 0 is the teacher, 1 knowing nothing.</summary>
internal sealed record DistillationSummary(string Model, string Description, int Steps, int Images, int HeldOutImages, FailedItem[] Failed,
    IReadOnlyList<double> HeldOutLoss, IReadOnlyList<double> UntrainedLoss, long ModelBytes, int Seed, double Seconds, double PeakMemoryMb)
{
    public static DistillationSummary Of(string description, DistillationResult result, int seed, CommandRun run)
        => new(result.OutputPath, description, result.Steps, result.TrainingImages, result.HeldOutImages,
            [.. result.SkippedFiles.Select(file => new FailedItem(file, $"'{file}' is no readable image."))],
            result.HeldOutLoss, result.UntrainedLoss, new FileInfo(result.OutputPath).Length, seed, run.Seconds, Cli.Output.PeakMemory.Megabytes());

    public void Print(IAnsiConsole console)
    {
        var table = new Table().AddColumns("Unexplained of the teacher", "stride 4", "stride 8", "stride 16", "mean").Border(TableBorder.Rounded);
        Row("trained", HeldOutLoss);
        Row("random weights, heads fitted", UntrainedLoss);
        console.Write(table);
        console.WriteLine($"{Steps} steps on {Images} images, {HeldOutImages} held out; {Failed.Length} failed. "
            + $"{Seconds:0} s, {ModelBytes / 1e6:0.0} MB: {Model}, {Description}");

        void Row(string name, IReadOnlyList<double> losses) => table.AddRow([name, .. losses.Append(losses.Average()).Select(loss => $"{loss:0.000}")]);
    }
}
