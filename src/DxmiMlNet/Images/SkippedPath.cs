namespace DxmiMlNet.Images;

/// <summary>Something that was found and not listed.</summary>
/// <param name="Path">Full path of the link or file.</param>
/// <param name="Reason">Why, as the rest of a sentence: "is a link that leads out of the folder, to '/srv/photos'".</param>
public sealed record SkippedPath(string Path, string Reason);
