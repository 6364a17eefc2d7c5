namespace DxmiMlNet.Lab.Synthesis;

/// <summary>The ground truth: where the same shot of the same part, without noise, differs between good and defective.</summary>
internal static class DefectMask
{
    /// <summary>Grey levels a channel must change by to count: what the sensor's noise (sigma 1 to 2) would not hide in a small area.</summary>
    public const float Threshold = 4;

    /// <summary>Unchanged gaps up to twice this width, in part units, that the mask spans.</summary>
    public const float ClosingRadius = 3;

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
        // The bottom of a dent and the dark grains of a stain hardly change: closing fills the gaps without moving the outline.
        int radius = Math.Max(1, (int)(ClosingRadius * size / Placement.Field));
        var closed = Spread(Spread(changed, size, radius, true), size, radius, false);
        return (Array.ConvertAll(closed, c => c ? (byte)255 : (byte)0), peak);
    }

    /// <summary>Sets every pixel that has one of that value within <paramref name="radius"/> to each side (a square); outside the image there is none.</summary>
    private static bool[] Spread(bool[] mask, int size, int radius, bool value)
        => AlongLines(AlongLines(mask, size, radius, value, size, 1), size, radius, value, 1, size);

    private static bool[] AlongLines(bool[] mask, int size, int radius, bool value, int lineStride, int stride)
    {
        var spread = (bool[])mask.Clone();
        for (int line = 0; line < size; line++)
            for (int i = 0; i < size; i++)
            {
                if (mask[line * lineStride + i * stride] != value)
                    continue;
                for (int near = Math.Max(0, i - radius); near <= Math.Min(size - 1, i + radius); near++)
                    spread[line * lineStride + near * stride] = value;
            }
        return spread;
    }
}
