using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>Plain-woven linen: every thread has its own thickness, tone and waviness.</summary>
internal sealed class WovenFabric : SurfaceKind
{
    private static readonly Stain s_stain = new(new Rgb(0.38f, 0.27f, 0.16f), Gloss: 0, Rim: 0.25f);

    public override string Name => "woven-fabric";

    public override IReadOnlyList<string> Defects => ["hole", "broken_thread", "misplaced_thread", "stain"];

    public override Lighting Light(PortableRandom part)
        => new(Azimuth: -2.2f + part.Uniform(-0.1f, 0.1f), Elevation: 0.9f + part.Uniform(-0.05f, 0.05f), Ambient: 0.45f, ShininessLog2: 2);

    public override Surface Make(int size, PortableRandom design, PortableRandom part, Flaw? flaw)
    {
        float pitch = design.Uniform(7.5f, 9.5f), pitchRatio = design.Uniform(0.94f, 1.08f);
        var yarn = Yarn(design);
        float second = design.Uniform(0.82f, 1);

        var surface = new Surface(size, new Placement(size, part));
        var warp = new ThreadSystem(part, yarn);
        var weft = new ThreadSystem(part, yarn * second);
        NoiseField pull = new(part), ground = new(part);
        var damage = flaw is null ? null : ThreadDamage.Draw(flaw, (int)(Placement.Field / pitch));
        foreach (var (index, point) in surface.All())
        {
            // The cloth is never quite square: slow distortion of up to a third of a thread.
            float u = point.X / pitch + 0.3f * pull.Gradient(point.X / 120, point.Y / 120);
            float v = point.Y / (pitch * pitchRatio) + 0.3f * pull.Gradient(point.X / 120 + 31, point.Y / 120);
            var over = Top(warp.At(u, v, 1, damage?.Warp), weft.At(v, u, -1, damage?.Weft));
            // Seen through the gaps: the dark table below.
            float table = 0.045f * (1 + 0.2f * ground.Value(point.X, point.Y));
            surface.Albedo[index] = Rgb.Grey(table);
            surface.Height[index] = -0.9f * pitch * 0.3f;
            if (over.Cover > 0)
            {
                // Light is lost between the threads: the lower, the darker.
                surface.Cover(index, over.Colour * (0.55f + 0.45f * PortableMath.SmoothStep(-0.6f, 0.7f, over.Height)), 0.02f, over.Cover);
                surface.Height[index] += over.Cover * (over.Height + 0.9f) * pitch * 0.3f;
            }
        }
        if (flaw?.Name == "stain")
            s_stain.Draw(surface, flaw);
        return surface;
    }

    /// <summary>Natural linen, bleached linen, or a muted blue.</summary>
    private static Rgb Yarn(PortableRandom design)
    {
        Rgb[] dyes = [new(0.52f, 0.43f, 0.30f), new(0.58f, 0.55f, 0.48f), new(0.20f, 0.27f, 0.38f)];
        return dyes[design.Next(dyes.Length)] * design.Uniform(0.85f, 1.15f);
    }

    private static ThreadPoint Top(ThreadPoint a, ThreadPoint b) => b.Cover <= 0 || (a.Cover > 0 && a.Height >= b.Height) ? a : b;
}
