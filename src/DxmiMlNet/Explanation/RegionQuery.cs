namespace DxmiMlNet.Explanation;

/// <summary>Everything that decides which regions a search finds.</summary>
/// <param name="map">[mapHeight, mapWidth], row by row.</param>
/// <param name="mapHeight">Rows of the map.</param>
/// <param name="mapWidth">Columns of the map.</param>
/// <param name="imageHeight">Height of the image in pixels.</param>
/// <param name="imageWidth">Width of the image in pixels.</param>
/// <param name="threshold">The smallest value that belongs to a region.</param>
/// <param name="minimumArea">Smaller regions are left out, in pixels of the image.</param>
/// <param name="ignored">[mapHeight, mapWidth], true for patches in which nothing is reported; null for none.</param>
internal readonly ref struct RegionQuery(ReadOnlySpan<float> map, int mapHeight, int mapWidth, int imageHeight, int imageWidth, float threshold,
    double minimumArea, bool[]? ignored)
{
    public ReadOnlySpan<float> Map { get; } = map;
    public bool[]? Ignored { get; } = ignored;
    public (int MapHeight, int MapWidth, int ImageHeight, int ImageWidth, float Threshold, double MinimumArea) Settings { get; }
        = (mapHeight, mapWidth, imageHeight, imageWidth, threshold, minimumArea);
}
