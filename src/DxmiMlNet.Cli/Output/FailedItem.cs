using DxmiMlNet.Images;

namespace DxmiMlNet.Cli.Output;

/// <summary>An image that could not be used.</summary>
internal sealed record FailedItem(string Path, string Error)
{
    public static FailedItem[] Of(IEnumerable<BadImage> images) => [.. images.Select(image => new FailedItem(image.Path, image.Error.Message))];
}
