namespace DxmiMlNet.Lab.Synthesis;

/// <summary>The defects of a cloth that are defects of its threads.</summary>
internal sealed record ThreadDamage(ThreadChange? Warp, ThreadChange? Weft)
{
    /// <summary>The damage that a flaw means, or null if it leaves the threads alone.</summary>
    /// <param name="flaw">Place, size and strength.</param>
    /// <param name="threads">Threads across the field.</param>
    public static ThreadDamage? Draw(Flaw flaw, int threads) => flaw.Name switch
    {
        "hole" => Hole(flaw.Random, threads),
        "broken_thread" => OneSystem(flaw.Random, Broken(flaw.Random, threads)),
        "misplaced_thread" => OneSystem(flaw.Random, Misplaced(flaw, threads)),
        _ => null,
    };

    private static ThreadDamage OneSystem(PortableRandom random, ThreadChange change)
        => random.Chance(0.5f) ? new(change, null) : new(null, change);

    /// <summary>All threads end within an oval; each end is somewhere else and frays.</summary>
    private static ThreadDamage Hole(PortableRandom random, int threads)
    {
        float u = random.Uniform(0.18f, 0.82f) * threads, v = random.Uniform(0.18f, 0.82f) * threads;
        float radiusU = random.Uniform(0.6f, 3f), radiusV = radiusU * random.Uniform(0.7f, 1.4f);
        var fray = new NoiseField(random);
        return new(Around(u, v, radiusU, radiusV, 0), Around(v, u, radiusV, radiusU, 100));

        ThreadChange Around(float across, float along, float halfAcross, float halfAlong, int salt) => new(
            (i, at) =>
            {
                float r = (i - across) / (halfAcross + 0.3f);
                float half = halfAlong * MathF.Sqrt(Math.Max(0, 1 - r * r));
                half *= 0.9f + 0.5f * fray.White(i, at < along ? salt : salt + 1);
                float beyond = Math.Abs(at - along) - half;
                return half <= 0 ? 1 : PortableMath.SmoothStep(-0.25f, 0.3f, beyond + 0.3f * fray.Value(at * 5, i * 9.1f + salt));
            },
            (i, at) =>
            {
                // What is left is pushed outwards.
                float x = (i - across) / (halfAcross + 0.5f), y = (at - along) / (halfAlong + 0.5f);
                float near = PortableMath.SmoothStep(1.5f, 0.9f, MathF.Sqrt(x * x + y * y));
                return 0.2f * near * Math.Clamp(x, -1, 1);
            });
    }

    /// <summary>One thread or two are gone over 4 to 14 pitches; the neighbours close in.</summary>
    private static ThreadChange Broken(PortableRandom random, int threads)
    {
        int thread = (int)(random.Uniform(0.15f, 0.85f) * threads);
        int last = thread + (random.Chance(0.3f) ? 1 : 0);
        float middle = random.Uniform(0.25f, 0.75f) * threads, half = random.Uniform(2, 7);
        float closing = random.Uniform(0, 0.15f);
        return new(
            (i, at) => i >= thread && i <= last ? PortableMath.SmoothStep(half - 0.25f, half + 0.25f, Math.Abs(at - middle)) : 1,
            (i, at) => i == thread - 1 || i == last + 1 ? closing * Math.Sign(thread - i) * PortableMath.SmoothStep(half, half - 1.5f, Math.Abs(at - middle)) : 0);
    }

    /// <summary>One thread leaves its place by 0.45 to 0.95 pitches and comes back.</summary>
    private static ThreadChange Misplaced(Flaw flaw, int threads)
    {
        var random = flaw.Random;
        int thread = (int)(random.Uniform(0.15f, 0.85f) * threads);
        float middle = random.Uniform(0.25f, 0.75f) * threads, half = random.Uniform(2.5f, 7);
        float shift = random.Sign() * Math.Min(0.95f, random.Uniform(0.45f, 0.95f) * flaw.Boost);
        return new(
            (_, _) => 1,
            (i, at) => shift * PortableMath.SmoothStep(half, half * 0.3f, Math.Abs(at - middle)) * (i == thread ? 1 : i == thread + Math.Sign(shift) ? 0.3f : 0));
    }
}
