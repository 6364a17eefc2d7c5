namespace DxmiMlNet.Images;

/// <summary>How far <see cref="InspectionDataset"/> looks for images.</summary>
public sealed record DatasetOptions
{
    /// <summary>What holds where nothing is said.</summary>
    internal static DatasetOptions Default { get; } = new();

    /// <summary>
    /// Whether links that lead out of the folder are followed. Else they are passed over and reported in <see cref="InspectionItems.Skipped"/>. Links
    /// that stay inside are followed always; no file is listed twice, whatever leads to it.
    /// </summary>
    public bool FollowLinksOutside { get; init; }

    /// <summary>Whether the folders below the folder of a kind of parts, or of images to inspect, are looked into.</summary>
    public bool Recursive { get; init; } = true;

    /// <summary>Whether a CSV file may name files that lie outside of its own folder. Else such a row is an error.</summary>
    public bool AllowPathsOutside { get; init; }
}
