namespace DxmiMlNet.Detection.Parts;

/// <summary>
/// A uniform sample without replacement of a stream of patches, of bounded size: algorithm R (Vitter 1985). Which patches stay depends on the
/// seed and the order of the stream alone.
/// </summary>
internal sealed class PatchReservoir(int capacity, int channels, int seed)
{
    private readonly Random _random = new(seed);   // a seeded Random is the same on every platform
    private readonly List<float[]> _patches = [];
    private readonly List<(int Row, int Position)> _origins = [];
    private long _seen;

    /// <summary>Number of patches offered.</summary>
    public long Seen => _seen;

    /// <summary>Number of patches held.</summary>
    public int Count => _patches.Count;

    /// <summary>Row and position that a patch came from.</summary>
    public (int Row, int Position) Origin(int index) => _origins[index];

    /// <summary>All patches held, [Count, C].</summary>
    public float[] ToArray()
    {
        var all = new float[Count * channels];
        for (int i = 0; i < Count; i++)
            _patches[i].CopyTo(all.AsSpan(i * channels));
        return all;
    }

    /// <summary>Offers all patches of a row, [P, C], but those that are ignored, [P].</summary>
    public void Offer(int row, ReadOnlySpan<float> patches, bool[]? ignored)
    {
        for (int p = 0; p < patches.Length / channels; p++)
        {
            if (ignored is not null && ignored[p])
                continue;
            _seen++;
            int slot = _patches.Count;
            if (slot < capacity)
            {
                _patches.Add(new float[channels]);
                _origins.Add(default);
            }
            else
            {
                long drawn = _random.NextInt64(_seen);
                if (drawn >= capacity)
                    continue;
                slot = (int)drawn;
            }
            patches.Slice(p * channels, channels).CopyTo(_patches[slot]);
            _origins[slot] = (row, p);
        }
    }
}
