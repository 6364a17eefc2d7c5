namespace DxmiMlNet.Detection.Parts;

/// <summary>Seeds for the parts of a run that must not depend on what was drawn before.</summary>
internal static class Seeds
{
    /// <summary>A seed from a run's seed and a position: the finaliser of SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).</summary>
    public static int Mix(int seed, long position)
    {
        ulong z = (ulong)position * 0x9E3779B97F4A7C15UL + (uint)seed * 0xD1B54A32D192ED03UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (int)(z ^ (z >> 31));
    }
}
