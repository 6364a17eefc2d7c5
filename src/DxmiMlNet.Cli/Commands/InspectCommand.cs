using System.CommandLine;
using System.Diagnostics;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Decisions;
using DxmiMlNet.Files;
using DxmiMlNet.Images;
using DxmiMlNet.Persistence;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi inspect</c>: scores, verdicts, regions and overlays of new images.</summary>
internal sealed class InspectCommand : InspectionCommand
{
    private readonly Option<string> _model, _input, _output;
    private readonly Option<string?> _ignoreMasks;
    private readonly Option<int?> _threads;

    public InspectCommand(Streams streams)
        : base(streams, "inspect", "Inspects images: writes results.jsonl, results.csv and an overlay for each. A bad image is reported and the rest goes on.")
    {
        _model = Add(CommonOptions.Required("--model", "FILE", "Model file."));
        _input = Add(CommonOptions.Required("--input", "FILE|DIR", "An image, or a folder whose images are inspected with those of its subfolders."));
        _output = Add(CommonOptions.Required("--output", "DIR", "Folder to write to."));
        _ignoreMasks = Add(MaskOptions.PerImage());
        _threads = Add(CommonOptions.Threads());
    }

    protected override string CancelledNote => "No results were written.";

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        CommonOptions.Use(parsed.GetValue(_threads));
        string modelPath = parsed.GetRequiredValue(_model);
        string input = Path.GetFullPath(parsed.GetRequiredValue(_input)), output = parsed.GetRequiredValue(_output);
        using var model = InspectionModel.Load(modelPath);
        var items = MaskOptions.Apply(Images(input, Path.GetFullPath(output)), input, parsed.GetValue(_ignoreMasks), model);
        var paths = new DataPath(input);
        AtomicFile.Probe(output, output, "Folder");

        var clock = Stopwatch.StartNew();
        var failed = new List<FailedItem>();
        var verdicts = new Dictionary<string, int> { [Verdicts.Pass] = 0, [Verdicts.Review] = 0, [Verdicts.Reject] = 0 };
        using (var files = new ResultFiles(output, Directory.Exists(input) ? input : Path.GetDirectoryName(input)!, items))
        {
            run.WithProgress(progress =>
            {
                int done = 0;
                foreach (var inspected in model.Inspect(items, new InspectionSettings { Overlays = true }, run.Cancellation))
                {
                    using var result = inspected;
                    files.Add(result);
                    if (result.Error is { } error)
                        failed.Add(new FailedItem(paths.Show(result.Name), error.Message));
                    else
                        verdicts[result.Verdict]++;
                    progress.Report(InspectionProgress.Of("Inspecting", ++done, items.Length));
                }
                return done;
            });
            files.Commit();
        }
        var summary = new InspectSummary(modelPath, output, items.Length - failed.Count,
            verdicts[Verdicts.Pass], verdicts[Verdicts.Review], verdicts[Verdicts.Reject], [.. failed],
            run.Seconds, PeakMemory.Megabytes(), Math.Round(clock.Elapsed.TotalMilliseconds / items.Length, 2));
        summary.Print(run.Console);
        return run.Finish(summary, failed);
    }

    // Overlays of an earlier run are no photographs.
    private static InspectionItem[] Images(string input, string output)
    {
        string below = Path.TrimEndingDirectorySeparator(output) + Path.DirectorySeparatorChar;
        InspectionItem[] items = [.. InspectionDataset.List(input).Where(item => !item.ImagePath.StartsWith(below, StringComparison.Ordinal))];
        return items.Length > 0 ? items : throw new DxmiException($"All images of '{input}' lie in the output folder '{output}'.",
            "Photographs outside of it were expected.", "Choose another output folder.");
    }
}
