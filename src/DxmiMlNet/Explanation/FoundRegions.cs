namespace DxmiMlNet.Explanation;

/// <summary>The defect regions of one image, and the cells that they cover.</summary>
/// <param name="Regions">The one with the greatest peak first.</param>
/// <param name="Grid">Which cells belong to a region; null where there is none.</param>
internal sealed record FoundRegions(IReadOnlyList<DefectRegion> Regions, RegionGrid? Grid)
{
    /// <summary>An image without regions.</summary>
    public static readonly FoundRegions None = new([], null);
}
