namespace DxmiMlNet.Evaluation;

/// <summary>
/// Walks once from the highest pixel value to the lowest and integrates the pixel ROC curve and the per-region-overlap curve on the way.
/// Only the distinct values of defect pixels matter as thresholds: between two of them both curves run horizontally.
/// </summary>
internal static class PixelCurve
{
    /// <summary>Pixel AUROC and AUPRO of the groups taken together.</summary>
    /// <param name="groups">At least one.</param>
    /// <param name="falsePositiveLimit">Upper end of the integral of AUPRO, in (0, 1].</param>
    /// <returns>Both 0 to 1; both NaN unless there are both normal and defect pixels.</returns>
    public static (double Auroc, double Aupro) Measure(IReadOnlyCollection<PixelScores> groups, double falsePositiveLimit)
    {
        long normalCount = groups.Sum(group => group.NormalCount);
        int regionCount = groups.Sum(group => group.RegionCount);
        if (normalCount == 0 || regionCount == 0)
            return (double.NaN, double.NaN);

        var (values, regionSizes) = SortedDefectPixels(groups);
        var normal = groups.SelectMany(group => group.SortedNormal()).Select(chunk => new DescendingCounter(chunk)).ToArray();

        long twiceWins = 0;     // pairs (defect, normal) in the right order count 2, ties 1
        double overlap = 0;     // sum over regions of the share of the region that is found
        var pro = new LimitedArea(falsePositiveLimit);
        for (int i = values.Length - 1; i >= 0;)
        {
            float value = values[i];
            int tied = 0;
            double gained = 0;
            for (; i >= 0 && values[i] == value; i--)
            {
                tied++;
                gained += 1.0 / regionSizes[i];
            }
            long above = 0, atOrAbove = 0;
            foreach (var counter in normal)
            {
                above += counter.CountAbove(value);
                atOrAbove += counter.CountAtOrAbove(value);
            }
            twiceWins += tied * (2 * normalCount - above - atOrAbove);
            pro.LineTo((double)above / normalCount, overlap / regionCount);
            overlap += gained;
            pro.LineTo((double)atOrAbove / normalCount, overlap / regionCount);
        }
        pro.LineTo(1, 1);
        return (twiceWins / (2.0 * normalCount * values.Length), pro.Area / falsePositiveLimit);
    }

    private static (float[] Values, int[] RegionSizes) SortedDefectPixels(IReadOnlyCollection<PixelScores> groups)
    {
        int count = groups.Sum(group => group.Defect.Length), start = 0;
        var values = new float[count];
        var regionSizes = new int[count];
        foreach (var group in groups)
        {
            group.Defect.CopyTo(values.AsSpan(start));
            group.RegionSize.CopyTo(regionSizes.AsSpan(start));
            start += group.Defect.Length;
        }
        Array.Sort(values, regionSizes);
        return (values, regionSizes);
    }

    /// <summary>Counts the values of an ascending chunk above a threshold that only ever falls.</summary>
    private sealed class DescendingCounter(ReadOnlyMemory<float> ascending)
    {
        private int _below = ascending.Length;

        public int CountAbove(float value)
        {
            var span = ascending.Span;
            while (_below > 0 && span[_below - 1] > value)
                _below--;
            return span.Length - _below;
        }

        public int CountAtOrAbove(float value)
        {
            var span = ascending.Span;
            while (_below > 0 && span[_below - 1] >= value)
                _below--;
            return span.Length - _below;
        }
    }

    /// <summary>Area under a polyline from (0, 0) with growing x, up to a limit of x at which the last segment is cut.</summary>
    private sealed class LimitedArea(double limit)
    {
        private double _x, _y;

        public double Area { get; private set; }

        public void LineTo(double x, double y)
        {
            if (_x < limit && x > _x)
            {
                double end = Math.Min(x, limit);
                double yEnd = _y + (y - _y) * (end - _x) / (x - _x);
                Area += (end - _x) * (_y + yEnd) / 2;
            }
            (_x, _y) = (x, y);
        }
    }
}
