using DxmiMlNet.Images;

namespace DxmiMlNet.Cli.Output;

/// <summary>An image that could not be used.</summary>
internal sealed record FailedItem(string Path, string Error)
{
    public static FailedItem[] Of(IEnumerable<BadImage> images, DataPath? data = null)
        => [.. images.Select(image => new FailedItem(data?.Show(image.Path) ?? image.Path, image.Error.Message))];
}
