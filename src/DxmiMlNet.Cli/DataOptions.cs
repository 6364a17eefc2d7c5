using System.CommandLine;
using DxmiMlNet.Images;
using DxmiMlNet.Lab.Datasets;

namespace DxmiMlNet.Cli;

/// <summary>How far a command looks for images, and what it says of those that it passes over.</summary>
/// <param name="command">Gets the options.</param>
/// <param name="streams">Take the warnings.</param>
internal sealed class DataOptions
{
    private readonly Streams _streams;
    private readonly Option<bool> _followLinks = new("--follow-links")
    {
        Description = "Follow links that lead out of the folder; left out, they are passed over and named.",
    };
    private readonly Option<bool> _pathsOutside = new("--paths-outside")
    {
        Description = "Let a CSV file name files outside of its folder.",
    };

    public DataOptions(Command command, Streams streams)
    {
        _streams = streams;
        command.Options.Add(_followLinks);
        command.Options.Add(_pathsOutside);
    }

    /// <summary>The images of a data set.</summary>
    public InspectionItem[] Read(ParseResult parsed, string data) => Told(ResearchDataset.Read(data, Options(parsed)));

    /// <summary>The images of a folder, whatever its layout, or of a file.</summary>
    public InspectionItem[] List(ParseResult parsed, string path, bool recursive) => Told(InspectionDataset.List(path, Options(parsed) with { Recursive = recursive }));

    private DatasetOptions Options(ParseResult parsed)
        => new() { FollowLinksOutside = parsed.GetValue(_followLinks), AllowPathsOutside = parsed.GetValue(_pathsOutside) };

    private InspectionItem[] Told(InspectionItems items)
    {
        foreach (var skipped in items.Skipped)
            _streams.Error.WriteLine($"Passed over: '{skipped.Path}' {skipped.Reason}.");
        return [.. items];
    }
}
