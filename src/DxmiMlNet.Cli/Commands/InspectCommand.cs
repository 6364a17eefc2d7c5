using System.CommandLine;
using System.Diagnostics;
using DxmiMlNet.Cli.Output;
using DxmiMlNet.Decisions;
using DxmiMlNet.Images;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi inspect</c>: scores, verdicts, regions and overlays of new images.</summary>
internal sealed class InspectCommand : InspectionCommand
{
    private const string StandardInput = "-";

    private readonly Option<string> _model, _input, _maps, _provider;
    private readonly Option<string?> _output, _ignoreMasks;
    private readonly Option<bool> _resume, _lines, _overlays, _masks, _recursive;
    private readonly Option<int?> _threads, _batch;
    private readonly DataOptions _images;
    private string _cancelledNote = "Nothing was written.";

    public InspectCommand(Streams streams)
        : base(streams, "inspect", "Inspects images: writes results.jsonl, results.csv and an overlay for each, as they come. A bad image is reported and the rest goes on.")
    {
        _model = Add(CommonOptions.Required("--model", "FILE", "Model file."));
        _input = Add(CommonOptions.Required("--input", "FILE|DIR|-", "An image, a folder whose images are inspected with those of its subfolders, or - for paths from standard input, one a line."));
        _output = Add(CommonOptions.Optional<string?>("--output", "DIR", "Folder to write to; may be left out with --lines."));
        _resume = Add(new Option<bool>("--resume") { Description = "Goes on with a run into the same folder that was stopped: what is done is kept, what failed is tried again." });
        _lines = Add(new Option<bool>("--lines") { Description = "Print every result as a line of JSON on standard output, as it comes." });
        _overlays = Add(CommonOptions.With("--overlays", "BOOL", true, "Whether to write the map over the photograph for every image."));
        _maps = Add(CommonOptions.With("--maps", "F", "none", "Write anomaly maps: none, float32 (TIFF) or png16.").AcceptOnlyFromAmong("none", "float32", "png16"));
        _masks = Add(new Option<bool>("--masks") { Description = "Write the defect regions as pictures, white on black, of the images' sizes." });
        _recursive = Add(CommonOptions.With("--recursive", "BOOL", true, "Whether to look into subfolders."));
        _images = new DataOptions(this, streams);
        _ignoreMasks = Add(MaskOptions.PerImage());
        _batch = Add(CommonOptions.Optional<int?>("--batch", "N", "Images in work at the same time. Left out: as many as threads."));
        _threads = Add(CommonOptions.Threads());
        _provider = Add(CommonOptions.Provider());
    }

    protected override string CancelledNote => _cancelledNote;

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        CommonOptions.Use(parsed.GetValue(_threads));
        CommonOptions.Use(parsed.GetRequiredValue(_provider));
        string modelPath = parsed.GetRequiredValue(_model), input = parsed.GetRequiredValue(_input);
        string? output = parsed.GetValue(_output);
        bool lines = parsed.GetValue(_lines);
        if (output is null && !lines)
            throw new DxmiException("Neither a folder for the results nor --lines was given.", "Expected --output DIR, --lines, or both.", "Give one of them.");
        using var model = InspectionModel.Load(modelPath);
        var clock = Stopwatch.StartNew();
        string root = input == StandardInput ? Environment.CurrentDirectory : Directory.Exists(input) ? input : Path.GetDirectoryName(Path.GetFullPath(input))!;
        var items = input == StandardInput ? null : Images(parsed, input, output, model);
        var options = new ResultFolderOptions
        {
            Overlays = parsed.GetValue(_overlays),
            Maps = Enum.Parse<MapFormat>(parsed.GetRequiredValue(_maps), ignoreCase: true),
            Masks = parsed.GetValue(_masks),
            Resume = parsed.GetValue(_resume),
        };
        using var folder = output is null ? null : new ResultFolder(output, root, model, options);
        folder?.Expect((items ?? []).Select(item => item.ImagePath));
        var tally = new InspectionTally();
        var paths = new DataPath(root);
        run.WithProgress(progress =>
        {
            int before = folder?.Done.Count ?? 0, total = items?.Length ?? 0;
            var settings = (folder?.Settings ?? new InspectionSettings()) is var s && parsed.GetValue(_batch) is { } batch ? s with { Parallelism = batch } : s;
            foreach (var inspected in model.Inspect(Sources(items, run.Input, folder), settings, run.Cancellation))
            {
                using var result = inspected;
                var record = folder?.Add(result) ?? InspectionRecord.Of(result, paths.Show(result.Name));
                tally.Add(record);
                if (lines)
                    run.Output.WriteLine(InspectionJson.Serialize(record));
                int done = before + tally.Count;
                _cancelledNote = folder is null ? $"{done} images were inspected."
                    : $"{done}{(items is null ? "" : $" of {total}")} images are done, and their results written to '{output}'. Run the same command with --resume to go on.";
                progress.Report(items is null ? new InspectionProgress("Inspecting", 0, $"{done}") : InspectionProgress.Of("Inspecting", done, total));
            }
            return tally.Count;
        });
        var summary = new InspectSummary(modelPath, output, tally.Count - tally.Failed.Count, tally[Verdicts.Pass], tally[Verdicts.Review], tally[Verdicts.Reject],
            [.. tally.Failed], run.Seconds, PeakMemory.Megabytes(), Math.Round(clock.Elapsed.TotalMilliseconds / Math.Max(1, tally.Count), 2));
        summary.Print(run.Console);
        return run.Finish(summary, summary.Failed);
    }

    // What is done already is left out; paths from standard input are taken as they come.
    private static IEnumerable<InspectionSource> Sources(InspectionItem[]? items, TextReader input, ResultFolder? folder)
    {
        var all = items is not null ? items.Select(InspectionSource.Of) : Lines(input).Select(line => InspectionSource.File(Path.GetFullPath(line)));
        return folder is null ? all : all.Where(source => !folder.Done.Contains(folder.Show(source.Name)));
    }

    private static IEnumerable<string> Lines(TextReader input)
    {
        while (input.ReadLine() is { } line)
            if (line.Trim() is { Length: > 0 } path)
                yield return path;
    }

    // Overlays of an earlier run are no photographs.
    private InspectionItem[] Images(ParseResult parsed, string input, string? output, InspectionModel model)
    {
        var found = _images.List(parsed, input, parsed.GetValue(_recursive));
        string? below = output is null ? null : Path.TrimEndingDirectorySeparator(Path.GetFullPath(output)) + Path.DirectorySeparatorChar;
        InspectionItem[] items = [.. found.Where(item => below is null || !item.ImagePath.StartsWith(below, StringComparison.Ordinal))];
        if (items.Length == 0)
            throw new DxmiException($"All images of '{input}' lie in the output folder '{output}'.", "Photographs outside of it were expected.", "Choose another output folder.");
        return MaskOptions.Apply(items, input, parsed.GetValue(_ignoreMasks), model);
    }
}
