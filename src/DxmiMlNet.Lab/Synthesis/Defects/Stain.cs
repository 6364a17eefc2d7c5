using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>A dried liquid: an irregular soft patch that filters the colour, takes or gives gloss, and is darkest near its edge.</summary>
/// <param name="Filter">What the full-strength stain leaves of the reflectance.</param>
/// <param name="Gloss">Gloss under the full-strength stain.</param>
/// <param name="Rim">How much stronger the edge is than the middle.</param>
internal sealed record Stain(Rgb Filter, float Gloss, float Rim)
{
    /// <param name="surface">The part.</param>
    /// <param name="flaw">Place, size and strength.</param>
    public void Draw(Surface surface, Flaw flaw)
    {
        var random = flaw.Random;
        var centre = new Vector2(random.Uniform(45, 211), random.Uniform(45, 211));
        float radius = random.Uniform(8, 34), strength = random.Uniform(0.25f, 0.9f) * flaw.Boost;
        Spill(surface, centre, radius, strength, random);
        for (int drops = random.Next(4); drops > 0; drops--)
        {
            var aside = new Vector2(random.Normal(), random.Normal()) * radius;
            Spill(surface, centre + aside, random.Uniform(1.5f, 4.5f), strength * random.Uniform(0.6f, 1), random);
        }
    }

    private void Spill(Surface surface, Vector2 centre, float radius, float strength, PortableRandom random)
    {
        var outline = new NoiseField(random);
        float softness = random.Uniform(0.06f, 0.3f), stretch = random.Uniform(0.75f, 1.3f);
        foreach (var (index, point) in surface.Within(centre, 2f * radius))
        {
            var to = (point - centre) / radius;
            float x = to.X * stretch, y = to.Y / stretch;
            float r = MathF.Sqrt(x * x + y * y) * (1 + 0.45f * outline.Fractal(x * 1.1f + 5, y * 1.1f, 3));
            float inside = PortableMath.SmoothStep(1 + softness, 1 - softness, r);
            float rim = Rim * PortableMath.Bell((r - (1 - softness)) / (0.6f * softness + 0.05f));
            float alpha = strength * inside * (0.65f + 0.2f * outline.Fractal(x * 2 - 31, y * 2, 3) + rim);
            alpha = Math.Clamp(alpha, 0, 1);
            surface.Filter(index, Filter, alpha);
            surface.Gloss[index] += alpha * (Gloss - surface.Gloss[index]);
        }
    }
}
