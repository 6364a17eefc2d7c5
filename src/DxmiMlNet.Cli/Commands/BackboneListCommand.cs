using System.CommandLine;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Lab.Benchmarking;
using DxmiMlNet.Cli.Output;

namespace DxmiMlNet.Cli.Commands;

/// <summary><c>dxmi backbone list</c>: the backbone of the package and those described in data/backbones.</summary>
internal sealed class BackboneListCommand : InspectionCommand
{
    private readonly Option<bool> _time;
    private readonly Option<int> _imageSize;

    public BackboneListCommand(Streams streams)
        : base(streams, "list", "Lists the backbone inside the package and those described in data/backbones of the current folder.")
    {
        _time = Add(new Option<bool>("--time") { Description = "Also measures how long the features of one image take, on one thread." });
        _imageSize = Add(CommonOptions.With("--image-size", "N", 256, "Height and width of the image that is timed."));
    }

    protected override int Run(ParseResult parsed, CommandRun run)
    {
        var (found, failed) = Find();
        var present = found.Where(b => b.Description.IsPresent).ToArray();
        double?[] times = new double?[present.Length];
        if (parsed.GetValue(_time))
            times = [.. BackboneTiming.Milliseconds([.. present.Select(b => b.Description)], parsed.GetValue(_imageSize), run.Cancellation)];
        var milliseconds = present.Zip(times).ToDictionary(p => p.First.Name, p => p.Second);
        var list = new BackboneList([.. found.Select(b => BackboneRow.Of(b, milliseconds.GetValueOrDefault(b.Name)))], failed);
        list.Print(run.Console);
        return run.Finish(list, failed);
    }

    private static (IReadOnlyList<BenchmarkBackbone> Found, FailedItem[] Failed) Find()
    {
        var found = new List<BenchmarkBackbone> { BenchmarkBackbone.Find(BenchmarkBackbone.Embedded) };
        var failed = new List<FailedItem>();
        string folder = Path.Combine("data", "backbones");
        foreach (string path in Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json").Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
        {
            try
            {
                found.Add(new(Path.GetFileNameWithoutExtension(path), BackboneDescription.Read(path)));
            }
            catch (DxmiException e)
            {
                failed.Add(new FailedItem(path, e.Message));
            }
        }
        return (found, [.. failed]);
    }
}
