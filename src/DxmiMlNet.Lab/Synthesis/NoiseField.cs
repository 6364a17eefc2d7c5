namespace DxmiMlNet.Lab.Synthesis;

/// <summary>A smooth random function of the plane, fixed by its seed and defined everywhere.</summary>
internal sealed class NoiseField(PortableRandom random)
{
    private readonly uint _seed = (uint)random.NextUInt64();

    /// <summary>Uniform in [-1, 1), independent for every pair of integers.</summary>
    public float White(int x, int y) => (int)Hash(x, y) * (1f / 2147483648f);

    /// <summary>Value noise in [-1, 1]: <see cref="White"/> at integers, smoothly interpolated. Contains its cell size and everything slower.</summary>
    public float Value(float x, float y)
    {
        float fx = MathF.Floor(x), fy = MathF.Floor(y);
        int ix = (int)fx, iy = (int)fy;
        float tx = Fade(x - fx), ty = Fade(y - fy);
        float top = White(ix, iy) + tx * (White(ix + 1, iy) - White(ix, iy));
        float bottom = White(ix, iy + 1) + tx * (White(ix + 1, iy + 1) - White(ix, iy + 1));
        return top + ty * (bottom - top);
    }

    /// <summary>Gradient noise (Perlin: "Improving noise", 2002), about [-1, 1]: blobs of half a unit, nothing slower.</summary>
    public float Gradient(float x, float y)
    {
        float fx = MathF.Floor(x), fy = MathF.Floor(y);
        int ix = (int)fx, iy = (int)fy;
        x -= fx;
        y -= fy;
        float tx = Fade(x), ty = Fade(y);
        float top = Corner(ix, iy, x, y) + tx * (Corner(ix + 1, iy, x - 1, y) - Corner(ix, iy, x, y));
        float bottom = Corner(ix, iy + 1, x, y - 1) + tx * (Corner(ix + 1, iy + 1, x - 1, y - 1) - Corner(ix, iy + 1, x, y - 1));
        return 1.5f * (top + ty * (bottom - top));
    }

    /// <summary>Octaves of <see cref="Gradient"/>, each twice as fine and half as strong, about [-1, 1].</summary>
    public float Fractal(float x, float y, int octaves)
    {
        float sum = 0, gain = 1, total = 0;
        for (int octave = 0; octave < octaves; octave++)
        {
            sum += gain * Gradient(x, y);
            total += gain;
            gain *= 0.5f;
            // Twice as fine, turned by 37 degrees and moved: the lattices, where gradient noise is zero, must not show.
            (x, y) = (1.6f * x + 1.2f * y + 17.3f, 1.6f * y - 1.2f * x - 9.7f);
        }
        return sum / total * 1.4f;
    }

    private static float Fade(float t) => t * t * t * (t * (t * 6 - 15) + 10);

    private float Corner(int ix, int iy, float dx, float dy)
    {
        uint hash = Hash(ix, iy);
        // One byte a component: gradients on a fine grid in the square [-1, 1]^2.
        return ((hash & 0xFF) * (2f / 255) - 1) * dx + (((hash >> 8) & 0xFF) * (2f / 255) - 1) * dy;
    }

    /// <summary>The finaliser of MurmurHash3 over both coordinates and the seed.</summary>
    private uint Hash(int x, int y)
    {
        uint h = _seed ^ ((uint)x * 0x9E3779B1) ^ ((uint)y * 0x85EBCA77);
        h = (h ^ (h >> 16)) * 0x85EBCA6B;
        h = (h ^ (h >> 13)) * 0xC2B2AE35;
        return h ^ (h >> 16);
    }
}
