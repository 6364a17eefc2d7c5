using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>What lies before the camera, a value a pixel: relief, reflectance and gloss. Kinds build it, defects change it, light and lens make it an image.</summary>
internal sealed class Surface(int size, Placement placement)
{
    public int Size => size;

    public Placement Placement => placement;

    /// <summary>Height towards the camera in part units.</summary>
    public float[] Height { get; } = new float[size * size];

    /// <summary>Diffuse reflectance.</summary>
    public Rgb[] Albedo { get; } = new Rgb[size * size];

    /// <summary>Strength of the mirror reflection, 0 (matt) upwards.</summary>
    public float[] Gloss { get; } = new float[size * size];

    /// <summary>All pixels, row by row, with their point on the part.</summary>
    public IEnumerable<(int Index, Vector2 Point)> All()
    {
        for (int y = 0; y < size; y++)
            for (int x = 0; x < size; x++)
                yield return (y * size + x, placement.ToPart(x, y));
    }

    /// <summary>The pixels of a square around a point of the part that is at least <paramref name="radius"/> units wide to each side.</summary>
    public IEnumerable<(int Index, Vector2 Point)> Within(Vector2 centre, float radius)
    {
        var pixel = placement.ToPixel(centre);
        // The square is turned by at most one degree against the part: 2 % more covers it.
        float reach = radius * 1.02f / placement.UnitsPerPixel + 1;
        int right = Math.Min(size - 1, (int)(pixel.X + reach)), bottom = Math.Min(size - 1, (int)(pixel.Y + reach));
        for (int y = Math.Max(0, (int)(pixel.Y - reach)); y <= bottom; y++)
            for (int x = Math.Max(0, (int)(pixel.X - reach)); x <= right; x++)
                yield return (y * size + x, placement.ToPart(x, y));
    }

    /// <summary>How much of a pixel lies inside an edge that is <paramref name="distance"/> units away (negative inside): 0 to 1.</summary>
    public float Coverage(float distance) => Math.Clamp(0.5f - distance / placement.UnitsPerPixel, 0, 1);

    /// <summary>Covers a pixel with a material by <paramref name="alpha"/> (0 to 1).</summary>
    public void Cover(int index, Rgb colour, float gloss, float alpha)
    {
        var old = Albedo[index];
        Albedo[index] = new(
            old.R + alpha * (colour.R - old.R),
            old.G + alpha * (colour.G - old.G),
            old.B + alpha * (colour.B - old.B));
        Gloss[index] += alpha * (gloss - Gloss[index]);
    }

    /// <summary>Multiplies a pixel's reflectance by a colour filter of strength <paramref name="alpha"/> (0 to 1).</summary>
    public void Filter(int index, Rgb filter, float alpha)
    {
        var old = Albedo[index];
        Albedo[index] = new(
            old.R * (1 + alpha * (filter.R - 1)),
            old.G * (1 + alpha * (filter.G - 1)),
            old.B * (1 + alpha * (filter.B - 1)));
    }
}
