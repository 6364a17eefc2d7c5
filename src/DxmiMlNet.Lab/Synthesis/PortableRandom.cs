namespace DxmiMlNet.Lab.Synthesis;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014): the same numbers on every platform and runtime version.
/// Every image has streams of its own, named by a path, so that neither thread count nor order nor the number of images matters.
/// </summary>
internal sealed class PortableRandom
{
    private ulong _state;

    /// <param name="seed">The seed of the set.</param>
    /// <param name="path">What the stream is for: "woven-fabric/test/hole/3/camera".</param>
    public PortableRandom(int seed, string path)
    {
        // FNV-1a over the path, then over the seed.
        ulong hash = 14695981039346656037;
        foreach (char c in path)
            hash = (hash ^ c) * 1099511628211;
        _state = (hash ^ (uint)seed) * 1099511628211;
    }

    public ulong NextUInt64()
    {
        ulong z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>Uniform in [0, 1), 24 bits.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>Uniform in [from, to).</summary>
    public float Uniform(float from, float to) => from + (to - from) * NextSingle();

    /// <summary>Uniform in {0, ..., count - 1}.</summary>
    public int Next(int count) => (int)(NextUInt64() >> 33) % count;

    public bool Chance(float probability) => NextSingle() < probability;

    /// <summary>-1 or 1.</summary>
    public float Sign() => Chance(0.5f) ? 1 : -1;

    /// <summary>Mean 0, variance 1: the sum of four uniform 16-bit numbers (Irwin-Hall), within 3.5.</summary>
    public float Normal()
    {
        ulong bits = NextUInt64();
        long sum = (long)((bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48));
        return (sum - 2 * 65535) * (1.7320508f / 65536);
    }
}
