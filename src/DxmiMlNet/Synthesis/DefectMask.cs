namespace DxmiMlNet.Synthesis;

/// <summary>The ground truth: where the same shot of the same part, without noise, differs between good and defective.</summary>
internal static class DefectMask
{
    /// <summary>Grey levels a channel must change by to count: what the sensor's noise (sigma 1 to 2) would not hide in a small area.</summary>
    public const float Threshold = 4;

    /// <param name="good">Noise-free grey levels of the good part, [S, S, 3].</param>
    /// <param name="defective">The same with the defect.</param>
    /// <param name="size">S.</param>
    /// <returns>255 or 0 a pixel, and the largest change.</returns>
    public static (byte[] Mask, float Peak) Between(float[] good, float[] defective, int size)
    {
        var changed = new bool[size * size];
        float peak = 0;
        for (int i = 0; i < good.Length; i++)
        {
            float change = Math.Abs(good[i] - defective[i]);
            peak = Math.Max(peak, change);
            changed[i / 3] |= change >= Threshold;
        }
        // Dark grains inside a stain hardly change: closing fills gaps of two pixels without growing the outline.
        var closed = Spread(Spread(changed, size, true), size, false);
        return (Array.ConvertAll(closed, c => c ? (byte)255 : (byte)0), peak);
    }

    /// <summary>Sets every pixel that has one of that value within a 3 x 3 square; outside the image nothing is set.</summary>
    private static bool[] Spread(bool[] mask, int size, bool value)
    {
        var spread = (bool[])mask.Clone();
        for (int y = 0; y < size; y++)
            for (int x = 0; x < size; x++)
            {
                if (mask[y * size + x] != value)
                    continue;
                for (int v = Math.Max(0, y - 1); v <= Math.Min(size - 1, y + 1); v++)
                    for (int u = Math.Max(0, x - 1); u <= Math.Min(size - 1, x + 1); u++)
                        spread[v * size + u] = value;
            }
        return spread;
    }
}
