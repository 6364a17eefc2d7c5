using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>A brushed steel plate with two countersunk holes.</summary>
internal sealed class BrushedMetal : SurfaceKind
{
    private static readonly Stain s_stain = new(new Rgb(0.5f, 0.42f, 0.32f), Gloss: 0.04f, Rim: 0.35f);

    public override string Name => "brushed-metal";

    public override IReadOnlyList<string> Defects => ["scratch", "dent", "stain"];

    public override Lighting Light(PortableRandom part)
        => new(Azimuth: -2.1f + part.Uniform(-0.08f, 0.08f), Elevation: 0.95f + part.Uniform(-0.04f, 0.04f), Ambient: 0.4f, ShininessLog2: 4);

    public override Surface Make(int size, PortableRandom design, PortableRandom part, Flaw? flaw)
    {
        float tone = design.Uniform(0.36f, 0.42f), warmth = design.Uniform(-0.02f, 0.03f);
        var tint = new Rgb(tone * (1 + warmth), tone, tone * (1 - warmth));
        float contrast = design.Uniform(0.8f, 1.2f);
        Vector2[] holes = [new(design.Uniform(42, 60), design.Uniform(42, 60)), new(design.Uniform(196, 214), design.Uniform(196, 214))];
        float bore = design.Uniform(7, 11);

        var surface = new Surface(size, new Placement(size, part));
        Brush(surface, part, tint, contrast * part.Uniform(0.85f, 1.15f));
        switch (flaw?.Name)
        {
            case "scratch": Scratch.Draw(surface, flaw, core: tint * 0.35f, rim: Rgb.Grey(0.85f)); break;
            case "dent": Dent.Draw(surface, flaw); break;
            case "stain": s_stain.Draw(surface, flaw); break;
        }
        // Last: nothing bridges a hole.
        foreach (var hole in holes)
            Drill(surface, hole, bore, part);
        return surface;
    }

    private static void Brush(Surface surface, PortableRandom part, Rgb tint, float contrast)
    {
        NoiseField hair = new(part), fine = new(part), coarse = new(part), deep = new(part), sheen = new(part);
        foreach (var (index, point) in surface.All())
        {
            float u = point.X, v = point.Y;
            // Brush marks: long in u, thin in v, from single bristles to the unevenness of the belt.
            float marks = 0.34f * hair.Value(u / 55, v / 0.8f) + 0.3f * fine.Value(u / 90, v / 1.37f) + 0.28f * coarse.Value(u / 160, v / 3.1f);
            float bristle = deep.Value(u / 38, v / 1.1f);
            // A few bristles cut deeper and glint: the natural look-alikes of a scratch along the brushing.
            float cut = bristle * bristle * bristle;
            float band = sheen.Fractal(u / 260, v / 75, 2);
            float tone = 1 + contrast * (0.3f * marks + 0.32f * cut) + 0.10f * band;
            surface.Albedo[index] = tint * tone;
            surface.Height[index] = 0.10f * contrast * marks;
            surface.Gloss[index] = 0.10f + 0.05f * contrast * (marks + 2 * cut) + 0.03f * band;
        }
    }

    private static void Drill(Surface surface, Vector2 centre, float bore, PortableRandom part)
    {
        const float Chamfer = 5;
        var turning = new NoiseField(part);
        foreach (var (index, point) in surface.Within(centre, bore + Chamfer + 2))
        {
            var to = point - centre;
            float r = MathF.Sqrt(to.X * to.X + to.Y * to.Y), outside = r - bore;
            float sunk = surface.Coverage(outside - Chamfer);
            // The countersink falls at 40 degrees and shows the rings of the tool.
            surface.Height[index] += sunk * 0.8f * Math.Min(0, outside - Chamfer);
            surface.Cover(index, Rgb.Grey(0.42f + 0.06f * turning.Value(r / 0.7f, 0)), 0.2f, sunk);
            float hole = surface.Coverage(outside);
            surface.Cover(index, Rgb.Grey(0.012f + 0.01f * Math.Max(0, to.Y / bore)), 0, hole);
            surface.Height[index] *= 1 - hole;
        }
    }
}
