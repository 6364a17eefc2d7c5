namespace DxmiMlNet.Images;

/// <summary>One image of a data set and what is known about it; nothing is decoded.</summary>
/// <param name="ImagePath">Full path of the image file.</param>
/// <param name="IsAnomalous">False for a good part.</param>
/// <param name="Category">What kind of part it shows, for example "bottle".</param>
/// <param name="DefectType"><see cref="Good"/> for a good part, else the name of its defect, for example "scratch".</param>
/// <param name="MaskPath">Full path of the image that marks the defective pixels; empty where there is none.</param>
/// <param name="Split">Whether it is for training or for testing.</param>
public sealed record InspectionItem(
    string ImagePath, bool IsAnomalous, string Category, string DefectType, string MaskPath = "", InspectionSplit Split = InspectionSplit.Train)
{
    /// <summary>The <see cref="DefectType"/> of a good part.</summary>
    public const string Good = "good";

    /// <summary>Full path of the image that marks what is to be ignored; empty where there is none. See <see cref="IgnoreMasks"/>.</summary>
    public string IgnoreMaskPath { get; init; } = "";

    /// <summary>1 for an anomalous part, 0 for a good one.</summary>
    public float Label => IsAnomalous ? 1 : 0;
}
