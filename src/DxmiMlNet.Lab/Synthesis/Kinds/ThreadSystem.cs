namespace DxmiMlNet.Lab.Synthesis;

/// <summary>What of a thread is seen at a point.</summary>
/// <param name="Height">Above the middle of the cloth, in pitches.</param>
/// <param name="Cover">0 (nothing here) to 1.</param>
/// <param name="Colour">Reflectance.</param>
internal readonly record struct ThreadPoint(float Height, float Cover, Rgb Colour);

/// <summary>How one system of threads deviates: by thread number and place along it (in pitches).</summary>
/// <param name="Presence">1 where the thread is, 0 where it is gone.</param>
/// <param name="Displacement">Sideways, in pitches.</param>
internal sealed record ThreadChange(Func<int, float, float> Presence, Func<int, float, float> Displacement);

/// <summary>The parallel threads of one direction, in units of their pitch: thread i runs along across = i.</summary>
internal sealed class ThreadSystem(PortableRandom part, Rgb yarn)
{
    private readonly NoiseField _thread = new(part), _waviness = new(part), _thickness = new(part), _tone = new(part), _fibre = new(part);

    /// <summary>The topmost thread of this system at a point.</summary>
    /// <param name="across">Coordinate across the threads.</param>
    /// <param name="along">Coordinate along the threads.</param>
    /// <param name="phase">1 for the system that is on top where thread numbers add up to an even number, -1 for the other.</param>
    /// <param name="change">Deviation, or null.</param>
    public ThreadPoint At(float across, float along, int phase, ThreadChange? change)
    {
        int nearest = (int)MathF.Floor(across + 0.5f);
        var best = default(ThreadPoint);
        for (int i = nearest - 1; i <= nearest + 1; i++)
        {
            float centre = i + 0.04f * _thread.White(i, 0) + 0.045f * _waviness.Gradient(i * 7.37f, along * 0.22f);
            float halfWidth = 0.47f * (1 + 0.05f * _thread.White(i, 1) + 0.07f * _thickness.Gradient(i * 5.91f, along * 0.13f));
            float presence = 1;
            if (change is not null)
            {
                centre += change.Displacement(i, along);
                presence = change.Presence(i, along);
            }
            float d = (across - centre) / halfWidth;
            float cover = presence * Math.Clamp((1 - Math.Abs(d)) * 4, 0, 1);
            if (cover <= 0)
                continue;
            // Over and under: a cosine that is highest on every second crossing.
            float height = 0.45f * MathF.Sqrt(Math.Max(0, 1 - d * d)) + 0.5f * phase * PortableMath.Cos(Math.PI * (along - i));
            if (best.Cover > 0 && height <= best.Height)
                continue;
            // The twist of the fibres runs slanting over the thread.
            float twist = _fibre.Value(along * 3.7f + d * 2.3f + i * 13.7f, d * 2.6f + i * 3.3f);
            float tone = 1 + 0.07f * _thread.White(i, 2) + 0.10f * _tone.Gradient(i * 3.77f, along * 0.3f) + 0.28f * twist;
            best = new(height + 0.06f * twist, cover, yarn * tone);
        }
        return best;
    }
}
