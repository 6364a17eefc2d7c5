using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>An impact: an oval hollow with a raised rim. Colour stays, only the relief and so the light changes.</summary>
internal static class Dent
{
    /// <param name="surface">The part.</param>
    /// <param name="flaw">Place, size and strength.</param>
    public static void Draw(Surface surface, Flaw flaw)
    {
        var random = flaw.Random;
        var centre = new Vector2(random.Uniform(40, 216), random.Uniform(40, 216));
        float longAxis = random.Uniform(6, 24), shortAxis = longAxis * random.Uniform(0.55f, 1);
        double angle = random.Uniform(0, (float)Math.PI);
        float cos = PortableMath.Cos(angle), sin = PortableMath.Sin(angle);
        // The steepest slope is 1.5 depth / radius.
        float depth = shortAxis * random.Uniform(0.07f, 0.28f) * flaw.Boost;
        var edge = new NoiseField(random);
        foreach (var (index, point) in surface.Within(centre, 1.7f * longAxis))
        {
            var to = point - centre;
            float along = (cos * to.X + sin * to.Y) / longAxis, across = (cos * to.Y - sin * to.X) / shortAxis;
            float r = MathF.Sqrt(along * along + across * across) * (1 + 0.15f * edge.Gradient(along * 1.3f, across * 1.3f));
            float hollow = Math.Max(0, 1 - r * r);
            surface.Height[index] += depth * (0.15f * PortableMath.Bell((r - 1.1f) / 0.2f) - hollow * hollow);
        }
    }
}
