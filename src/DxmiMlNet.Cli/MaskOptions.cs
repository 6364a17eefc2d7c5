using System.CommandLine;
using DxmiMlNet.Images;

namespace DxmiMlNet.Cli;

/// <summary>The option that gives images masks of their own.</summary>
internal static class MaskOptions
{
    public static Option<string?> PerImage() => CommonOptions.Optional<string?>("--ignore-masks", "DIR",
        "Folder of masks, white is ignored: for the image a/b.jpg the file a/b_ignore.png or a/b.png. An image without one has nothing ignored.");

    /// <summary>Gives the images their masks, if a folder was named.</summary>
    /// <param name="items">The images.</param>
    /// <param name="data">What they were listed from.</param>
    /// <param name="folder">The folder of masks; null for none.</param>
    /// <param name="model">What is to ignore them; null where it is still to be trained.</param>
    /// <exception cref="DxmiException">The folder has no mask for any image, or the model was trained without masks.</exception>
    public static InspectionItem[] Apply(InspectionItem[] items, string data, string? folder, InspectionModel? model = null)
    {
        if (folder is null)
            return items;
        model?.RequireMasks();
        return IgnoreMasks.Find(items, data, folder);
    }
}
