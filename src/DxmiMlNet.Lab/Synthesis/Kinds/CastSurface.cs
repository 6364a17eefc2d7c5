using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>A sand-cast iron housing: grainy skin, a raised rib, small natural pits.</summary>
internal sealed class CastSurface : SurfaceKind
{
    private static readonly Stain s_rust = new(new Rgb(0.9f, 0.5f, 0.26f), Gloss: 0, Rim: 0.15f);

    public override string Name => "cast-surface";

    public override IReadOnlyList<string> Defects => ["pore", "crack", "stain"];

    public override Lighting Light(PortableRandom part)
        => new(Azimuth: -2.4f + part.Uniform(-0.1f, 0.1f), Elevation: 0.8f + part.Uniform(-0.05f, 0.05f), Ambient: 0.35f, ShininessLog2: 4);

    public override Surface Make(int size, PortableRandom design, PortableRandom part, Flaw? flaw)
    {
        float tone = design.Uniform(0.17f, 0.24f), grain = design.Uniform(4.5f, 6.5f), slant = design.Uniform(-0.25f, 0.25f);
        float rib = design.Uniform(80, 176), halfWidth = design.Uniform(20, 30);

        var surface = new Surface(size, new Placement(size, part));
        NoiseField skin = new(part), sand = new(part), swell = new(part), pits = new(part), patina = new(part);
        float roughness = part.Uniform(0.8f, 1.2f);
        foreach (var (index, point) in surface.All())
        {
            float u = point.X, v = point.Y;
            float bumps = skin.Fractal(u / grain, v / grain, 3), fine = sand.Value((0.8f * u + 0.6f * v) / 1.4f, (0.8f * v - 0.6f * u) / 1.4f);
            float pit = PortableMath.SmoothStep(0.55f, 0.9f, pits.Gradient(u / 6.1f, v / 6.1f));
            float ripple = 2.5f * swell.Fractal(u / 40 + 90, v / 60, 3);
            float fromRib = Math.Abs(v - rib - slant * (u - 128)) - halfWidth + ripple;
            surface.Height[index] = roughness * (0.95f * bumps + 0.2f * fine) + 2.2f * swell.Gradient(u / 70, v / 70)
                + 5 * PortableMath.SmoothStep(8, -3, fromRib) - 1.1f * pit;
            float shade = 1 + 0.14f * bumps + 0.10f * fine + 0.14f * patina.Fractal(u / 45, v / 45, 3) - 0.6f * pit;
            surface.Albedo[index] = new Rgb(tone * 1.02f, tone, tone * 0.97f) * shade;
            surface.Gloss[index] = Math.Max(0, 0.07f + 0.06f * bumps + 0.05f * fine);
        }

        switch (flaw?.Name)
        {
            case "pore": Pores(surface, flaw); break;
            case "crack": Crack(surface, flaw); break;
            case "stain": s_rust.Draw(surface, flaw); break;
        }
        return surface;
    }

    /// <summary>One to five gas holes close together: a dark throat, walls that catch the light.</summary>
    private static void Pores(Surface surface, Flaw flaw)
    {
        var random = flaw.Random;
        var first = new Vector2(random.Uniform(35, 221), random.Uniform(35, 221));
        for (int left = 1 + random.Next(3) * random.Next(3); left > 0; left--)
        {
            var centre = first + new Vector2(random.Normal(), random.Normal()) * 9;
            float radius = random.Uniform(1.8f, 6.5f);
            var edge = new NoiseField(random);
            foreach (var (index, point) in surface.Within(centre, 2 * radius + 2))
            {
                var to = point - centre;
                float r = MathF.Sqrt(to.X * to.X + to.Y * to.Y) * (1 + 0.25f * edge.Gradient(to.X / radius * 0.9f, to.Y / radius * 0.9f));
                float open = PortableMath.SmoothStep(radius + 0.8f, radius - 1.2f, r);
                surface.Height[index] -= open * radius * 0.7f * Math.Min(flaw.Boost, 2);
                surface.Filter(index, Rgb.Grey(0.12f), open * 0.9f);
                surface.Gloss[index] *= 1 - open;
            }
        }
    }

    /// <summary>A jagged dark line with side branches, open to a width that varies.</summary>
    private static void Crack(Surface surface, Flaw flaw)
    {
        var random = flaw.Random;
        float heading = random.Uniform(0, (float)Math.Tau), length = random.Uniform(30, 120);
        var start = new Vector2(random.Uniform(60, 196), random.Uniform(60, 196)) - length / 2 * new Vector2(PortableMath.Cos(heading), PortableMath.Sin(heading));
        float width = random.Uniform(0.5f, 1.3f), strength = random.Uniform(0.5f, 1) * flaw.Boost;
        var main = Curve.Walk(start, heading, length, 2.5f, random.Normal() * 0.02f, 0.55f, random);
        Open(main, width);
        for (int branches = random.Next(4); branches > 0; branches--)
        {
            float turned = heading + random.Sign() * random.Uniform(0.4f, 1);
            Open(Curve.Walk(main.At(random.Uniform(0.2f, 0.8f)), turned, length * random.Uniform(0.15f, 0.4f), 2.5f, 0, 0.5f, random), width * 0.7f);
        }

        void Open(Curve curve, float halfWidth)
        {
            var gape = new NoiseField(random);
            foreach (var (index, point) in surface.Within(curve.Centre, curve.Radius + 5))
            {
                var (distance, along) = curve.Nearest(point);
                float local = halfWidth * (0.9f + 0.5f * gape.Gradient(along * curve.Radius * 0.2f, 0)) * PortableMath.SmoothStep(1.02f, 0.6f, along);
                float depth = Math.Clamp(strength * PortableMath.Bell(distance / Math.Max(local, 0.3f)) * PortableMath.SmoothStep(0, 0.35f, local), 0, 1);
                surface.Filter(index, Rgb.Grey(0.1f), depth * 0.9f);
                surface.Height[index] -= depth * 1.2f;
                surface.Gloss[index] *= 1 - depth;
            }
        }
    }
}
