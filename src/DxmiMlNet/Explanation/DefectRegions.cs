using System.Buffers;
using DxmiMlNet.Columns;
using DxmiMlNet.Images;
using DxmiMlNet.Images.Masks;
using DxmiMlNet.Pipeline;

namespace DxmiMlNet.Explanation;

/// <summary>Finds the defect regions of an anomaly map.</summary>
public static class DefectRegions
{
    /// <summary>The side above which an image is looked at in a smaller grid: a map has far fewer values than that, so nothing is lost.</summary>
    public const int LongestSide = 1024;

    /// <summary>
    /// What a region keeps of its height above the threshold: a quarter of its peak's. Energies grow with the square of a deviation, and a patch
    /// sees more than its own cell: a strong defect lifts its whole neighbourhood above the threshold, but only itself to half its deviation.
    /// </summary>
    public const float ExtentShare = 0.25f;

    /// <summary>
    /// Upsamples the map bilinearly to the image, marks the pixels at or above the threshold, and groups those that touch (diagonally included);
    /// then keeps of each group what is at least <c>threshold + ExtentShare (peak - threshold)</c>, and groups that again.
    /// Images with a side above <see cref="LongestSide"/> are looked at in a grid of that size; coordinates and areas are scaled back.
    /// </summary>
    /// <param name="map">[mapHeight, mapWidth], row by row, finite.</param>
    /// <param name="mapHeight">Rows of the map.</param>
    /// <param name="mapWidth">Columns of the map.</param>
    /// <param name="imageHeight">Height of the original image in pixels.</param>
    /// <param name="imageWidth">Width of the original image in pixels.</param>
    /// <param name="threshold">A pixel whose map value is greater belongs to a region.</param>
    /// <param name="minimumArea">Regions with fewer pixels of the original image are left out.</param>
    /// <param name="ignored">[mapHeight, mapWidth], true for patches in which nothing is reported; null for none.</param>
    /// <returns>The regions, the one with the greatest peak first.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A size does not fit, the map holds what is not a number, or threshold or area is not a number.</exception>
    public static IReadOnlyList<DefectRegion> Find(ReadOnlySpan<float> map, int mapHeight, int mapWidth, int imageHeight, int imageWidth,
        float threshold, double minimumArea = 16, bool[]? ignored = null)
        => Search(map, mapHeight, mapWidth, imageHeight, imageWidth, threshold, minimumArea, ignored).Regions;

    /// <summary>The same with the cells that belong to a region; computed once where it is asked for twice in a row (<see cref="LastSearch"/>).</summary>
    internal static FoundRegions Search(ReadOnlySpan<float> map, int mapHeight, int mapWidth, int imageHeight, int imageWidth,
        float threshold, double minimumArea, bool[]? ignored)
    {
        CheckMap(map, mapHeight, mapWidth);
        CheckIgnored(ignored, map.Length);
        CheckMinimumArea(minimumArea);
        if (imageHeight <= 0 || imageWidth <= 0)
            throw new ArgumentOutOfRangeException(nameof(imageHeight),
                $"The image is {imageWidth} x {imageHeight}. Expected positive sizes. Pass the size of the original image in pixels.");
        if (float.IsNaN(threshold))
            throw new ArgumentOutOfRangeException(nameof(threshold),
                "The pixel threshold is not a number. Expected a value of the anomaly map. Take the threshold of a fitted FindDefectRegions.");
        // A bilinear value lies between its neighbours: where no value of the map reaches the threshold, none between them is.
        if (!Exceeds(map, threshold))
            return FoundRegions.None;
        var query = new RegionQuery(map, mapHeight, mapWidth, imageHeight, imageWidth, threshold, minimumArea, ignored);
        return LastSearch.Find(query) ?? LastSearch.Keep(query, Search(query));
    }

    private static FoundRegions Search(RegionQuery query)
    {
        var (mapHeight, mapWidth, imageHeight, imageWidth, threshold, minimumArea) = query.Settings;
        double shrink = Math.Min(1, LongestSide / (double)Math.Max(imageHeight, imageWidth));
        int height = Math.Max(1, (int)Math.Round(imageHeight * shrink)), width = Math.Max(1, (int)Math.Round(imageWidth * shrink));
        int count = height * width;
        var values = ArrayPool<float>.Shared.Rent(count);
        var labels = ArrayPool<int>.Shared.Rent(count);
        var mask = new bool[count];
        try
        {
            MapResizer.Resize(query.Map, mapHeight, mapWidth, values.AsSpan(0, count), height, width);
            IgnoredColumn.Fill(query.Ignored, mapHeight, mapWidth, values.AsSpan(0, count), height, width, float.NegativeInfinity);
            for (int i = 0; i < count; i++)
                mask[i] = values[i] >= threshold;
            int groups = ConnectedComponents.Label(mask, height, width, labels.AsSpan(0, count));
            KeepExtents(values, labels.AsSpan(0, count), groups, threshold, mask);
            int found = ConnectedComponents.Label(mask, height, width, labels.AsSpan(0, count));
            var all = Measure(values, labels.AsSpan(0, count), found, width, imageWidth / (double)width, imageHeight / (double)height);
            var kept = Array.ConvertAll(all, region => region.Area >= minimumArea);
            if (!Array.Exists(kept, k => k))
                return FoundRegions.None;
            for (int i = 0; i < count; i++)
                mask[i] = mask[i] && kept[labels[i] - 1];
            return new FoundRegions([.. all.Where((_, i) => kept[i]).OrderByDescending(r => r.Peak).ThenBy(r => r.Y).ThenBy(r => r.X)],
                new RegionGrid(height, width, mask));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(values);
            ArrayPool<int>.Shared.Return(labels);
        }
    }

    internal static void CheckMap(ReadOnlySpan<float> map, int height, int width)
    {
        if (height <= 0 || width <= 0 || map.Length != (long)height * width)
            throw new ArgumentOutOfRangeException(nameof(map),
                $"An anomaly map of {map.Length} values is to be {height} x {width}. Expected height * width values. Pass the dimensions of the AnomalyMap column.");
        foreach (float value in map)
            if (!float.IsFinite(value))
                throw new ArgumentOutOfRangeException(nameof(map),
                    $"The anomaly map holds {value}. Expected finite values only. Look at the image, and at the stage that makes the map.");
    }

    internal static void CheckIgnored(bool[]? ignored, int patches)
    {
        if (ignored is not null && ignored.Length != patches)
            throw new ArgumentOutOfRangeException(nameof(ignored),
                $"Of {patches} patches {ignored.Length} are said to be ignored or not. Expected one flag a patch. Pass the Ignored column of the same row.");
    }

    internal static void CheckMinimumArea(double minimumArea)
    {
        if (!(minimumArea >= 0))
            throw new ArgumentOutOfRangeException(nameof(minimumArea), $"The minimum area is {minimumArea}. Expected 0 or more pixels. Take for example 16.");
    }

    private static bool Exceeds(ReadOnlySpan<float> map, float threshold)
    {
        foreach (float value in map)
            if (value >= threshold)
                return true;
        return false;
    }

    private static void KeepExtents(float[] values, ReadOnlySpan<int> labels, int groups, float threshold, bool[] mask)
    {
        var cut = new float[groups + 1];
        Array.Fill(cut, float.NegativeInfinity);
        for (int i = 0; i < labels.Length; i++)
            cut[labels[i]] = Math.Max(cut[labels[i]], values[i]);
        for (int g = 1; g <= groups; g++)
            cut[g] = threshold + ExtentShare * (cut[g] - threshold);
        for (int i = 0; i < labels.Length; i++)
            mask[i] = labels[i] != 0 && values[i] >= cut[labels[i]];
    }

    private static DefectRegion[] Measure(float[] values, ReadOnlySpan<int> labels, int count, int width, double scaleX, double scaleY)
    {
        var sums = new Sums[count];
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == 0)
                continue;
            var (y, x) = Math.DivRem(i, width);
            sums[labels[i] - 1].Add(x, y, values[i]);
        }
        return Array.ConvertAll(sums, s => s.ToRegion(scaleX, scaleY));
    }

    /// <summary>What one pass over a region's cells gathers.</summary>
    private struct Sums
    {
        private int _left, _top, _right, _bottom;   // right and bottom are exclusive
        private long _cells, _sumX, _sumY;
        private float _peak;

        public void Add(int x, int y, float value)
        {
            bool first = _cells == 0;
            _left = first ? x : Math.Min(_left, x);
            _top = first ? y : _top;   // cells come row by row
            _right = Math.Max(_right, x + 1);
            _bottom = y + 1;
            _peak = first ? value : Math.Max(_peak, value);
            _cells++;
            _sumX += x;
            _sumY += y;
        }

        public readonly DefectRegion ToRegion(double scaleX, double scaleY) => new(
            (float)(_left * scaleX), (float)(_top * scaleY), (float)((_right - _left) * scaleX), (float)((_bottom - _top) * scaleY),
            (float)(_cells * scaleX * scaleY), _peak,
            (float)((_sumX / (double)_cells + 0.5) * scaleX), (float)((_sumY / (double)_cells + 0.5) * scaleY));
    }
}
