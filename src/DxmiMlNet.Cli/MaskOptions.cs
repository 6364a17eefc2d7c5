using System.CommandLine;
using DxmiMlNet.Images;

namespace DxmiMlNet.Cli;

/// <summary>The option that gives images masks of their own.</summary>
internal static class MaskOptions
{
    public static Option<string?> PerImage() => CommonOptions.Optional<string?>("--ignore-masks", "DIR",
        "Folder of masks, white is ignored: for the image a/b.jpg the file a/b_ignore.png or a/b.png. An image without one has nothing ignored.");

    /// <summary>Gives the images their masks, if a folder was named.</summary>
    public static InspectionItem[] Apply(InspectionItem[] items, string data, string? folder) => folder is null ? items : IgnoreMasks.Find(items, data, folder);
}
