namespace DxmiMlNet.Explanation;

/// <summary>
/// A connected area of an image in which the anomaly map exceeds the threshold. Coordinates are in pixels of the original image, measured
/// from the left and upper edge of its first pixel: pixel i covers i to i + 1.
/// </summary>
/// <param name="X">Left edge of the bounding box.</param>
/// <param name="Y">Upper edge of the bounding box.</param>
/// <param name="Width">Width of the bounding box.</param>
/// <param name="Height">Height of the bounding box.</param>
/// <param name="Area">Number of pixels in the region.</param>
/// <param name="Peak">The greatest value of the upsampled anomaly map in the region.</param>
/// <param name="CentroidX">Horizontal mean of the region's pixel centres.</param>
/// <param name="CentroidY">Vertical mean of the region's pixel centres.</param>
public sealed record DefectRegion(float X, float Y, float Width, float Height, float Area, float Peak, float CentroidX, float CentroidY)
{
    /// <summary>How many numbers stand for a region in the <c>Regions</c> column.</summary>
    public const int NumbersPerRegion = 8;

    /// <summary>Reads the <c>Regions</c> column; null, which a prediction engine leaves where there is none, is an empty list.</summary>
    /// <param name="vector">Eight numbers a region: x, y, width, height, area, peak, centroid x, centroid y.</param>
    /// <exception cref="DxmiException">The length is not a multiple of eight.</exception>
    public static IReadOnlyList<DefectRegion> FromVector(ReadOnlySpan<float> vector)
    {
        if (vector.Length % NumbersPerRegion != 0)
            throw new DxmiException($"A vector of {vector.Length} numbers is no list of regions.",
                $"Expected {NumbersPerRegion} numbers a region.",
                "Pass the Regions column as FindDefectRegions made it.");
        var regions = new DefectRegion[vector.Length / NumbersPerRegion];
        for (int i = 0; i < regions.Length; i++)
        {
            var v = vector.Slice(i * NumbersPerRegion, NumbersPerRegion);
            regions[i] = new DefectRegion(v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);
        }
        return regions;
    }

    /// <summary>Writes the eight numbers that <see cref="FromVector"/> reads.</summary>
    internal void WriteTo(Span<float> vector)
        => ((ReadOnlySpan<float>)[X, Y, Width, Height, Area, Peak, CentroidX, CentroidY]).CopyTo(vector);
}
