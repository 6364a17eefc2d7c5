using DxmiMlNet.Explanation;

namespace DxmiMlNet;

/// <summary>Which pixels of an image belong to a defect region.</summary>
/// <param name="Inside">[Height, Width], row by row; true in a region.</param>
/// <param name="Height">Rows: the image's.</param>
/// <param name="Width">Columns: the image's.</param>
public sealed record RegionMask(bool[] Inside, int Height, int Width)
{
    /// <summary>The pixels of regions that were found in a grid over the image, which is smaller where the image is large.</summary>
    internal static RegionMask Of(FoundRegions found, int height, int width)
    {
        var inside = new bool[height * width];
        if (found.Grid is { } grid)
            for (int y = 0; y < height; y++)
            {
                int row = (int)((long)y * grid.Height / height) * grid.Width;
                for (int x = 0; x < width; x++)
                    inside[y * width + x] = grid.Inside[row + (int)((long)x * grid.Width / width)];
            }
        return new RegionMask(inside, height, width);
    }
}
