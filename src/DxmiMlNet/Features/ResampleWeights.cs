namespace DxmiMlNet.Features;

/// <summary>
/// Which source pixels a target pixel is the mean of, along one axis: the triangle filter that PIL calls BILINEAR (Pillow, src/libImaging/Resample.c).
/// With s = max(source / target, 1), c = (i + 1/2) * source / target and w_k = max(0, 1 - |k + 1/2 - c| / s), normalised to a sum of 1.
/// Reducing thus averages over all source pixels; enlarging is ordinary bilinear with half-pixel centres, clamped at the border.
/// c is rounded as ONNX Runtime's Resize rounds it, to 32 bits step by step, so that an exported model sees the same pixels.
/// </summary>
internal sealed class ResampleWeights
{
    private readonly int[] _first;
    private readonly int[] _offset;   // where a target pixel's weights start; one more at the end
    private readonly float[] _weights;

    /// <param name="source">Pixels along the source's axis, 1 or more.</param>
    /// <param name="target">Pixels along the target's axis, 1 or more.</param>
    public ResampleWeights(int source, int target)
    {
        double ratio = (double)source / target;
        double support = Math.Max(ratio, 1);
        float scale = (float)target / source;
        _first = new int[target];
        _offset = new int[target + 1];
        var all = new List<float>();
        var own = new List<double>();
        for (int i = 0; i < target; i++)
        {
            float original = (i + 0.5f) / scale - 0.5f;
            double centre = original + 0.5f;
            int from = Math.Max(0, (int)Math.Floor(centre - support)), to = Math.Min(source, (int)Math.Ceiling(centre + support));
            own.Clear();
            for (int k = from; k < to; k++)
            {
                double weight = 1 - Math.Abs(k + 0.5 - centre) / support;
                if (weight > 1e-9)
                    own.Add(weight);
                else if (own.Count == 0)
                    from++;   // a zero at the start is no part of the window; one at the end is just not stored
            }
            double sum = own.Sum();
            all.AddRange(own.Select(w => (float)(w / sum)));
            _first[i] = from;
            _offset[i + 1] = all.Count;
        }
        _weights = [.. all];
    }

    /// <summary>The first source pixel that a target pixel reads.</summary>
    public int First(int target) => _first[target];

    /// <summary>The weights of that pixel and those after it.</summary>
    public ReadOnlySpan<float> Of(int target) => _weights.AsSpan(_offset[target].._offset[target + 1]);
}
