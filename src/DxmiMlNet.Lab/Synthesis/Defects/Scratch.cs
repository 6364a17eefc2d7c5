using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>A groove cut by something hard: a dark core between two bright burrs, its pressure changing along the way.</summary>
internal static class Scratch
{
    /// <param name="surface">The part.</param>
    /// <param name="flaw">Place, size and strength.</param>
    /// <param name="core">Colour of the cut: what lies under the surface.</param>
    /// <param name="rim">Colour of the burr.</param>
    public static void Draw(Surface surface, Flaw flaw, Rgb core, Rgb rim)
    {
        var random = flaw.Random;
        float length = random.Uniform(25, 130);
        float heading = random.Uniform(0, (float)Math.Tau);
        var middle = new Vector2(random.Uniform(45, 211), random.Uniform(45, 211));
        var start = middle - length / 2 * new Vector2(PortableMath.Cos(heading), PortableMath.Sin(heading));
        var curve = Curve.Walk(start, heading, length, 3, random.Normal() * 0.018f, 0.05f, random);
        float strength = random.Uniform(0.35f, 1.1f) * flaw.Boost, width = random.Uniform(0.6f, 1.6f);
        Cut(surface, curve, strength, width, core, rim, new NoiseField(random));

        // A tool that slips leaves weaker lines beside the first.
        for (int extra = random.Chance(0.35f) ? 1 + random.Next(2) : 0; extra > 0; extra--)
        {
            var aside = new Vector2(random.Uniform(-9, 9), random.Uniform(-9, 9));
            Cut(surface, curve.Moved(aside), strength * random.Uniform(0.3f, 0.7f), width * 0.7f, core, rim, new NoiseField(random));
        }
    }

    private static void Cut(Surface surface, Curve curve, float strength, float width, Rgb core, Rgb rim, NoiseField pressure)
    {
        foreach (var (index, point) in surface.Within(curve.Centre, curve.Radius + 5 * width))
        {
            var (distance, along) = curve.Nearest(point);
            if (distance > 4 * width || distance < -4 * width)
                continue;
            float ends = PortableMath.SmoothStep(0, 0.15f, along) * PortableMath.SmoothStep(1, 0.8f, along);
            float press = strength * ends * Math.Clamp(0.75f + 0.5f * pressure.Gradient(along * curve.Radius * 0.15f, 0), 0, 1.2f);
            float groove = PortableMath.Bell(distance / width);
            float burr = PortableMath.Bell((Math.Abs(distance) - 1.7f * width) / (0.7f * width));
            surface.Height[index] += press * width * (0.4f * burr - 0.8f * groove);
            surface.Cover(index, rim, surface.Gloss[index], Math.Clamp(0.5f * press * burr, 0, 1));
            surface.Cover(index, core, surface.Gloss[index] * 0.5f, Math.Clamp(0.9f * press * groove, 0, 1));
        }
    }
}
