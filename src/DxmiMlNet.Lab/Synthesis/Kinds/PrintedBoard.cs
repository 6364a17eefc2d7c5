using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>A populated circuit board: green solder mask over traces, chip resistors and capacitors, a crystal and an integrated circuit.</summary>
internal sealed class PrintedBoard : SurfaceKind
{
    private static readonly Stain s_flux = new(new Rgb(0.75f, 0.42f, 0.25f), Gloss: 0.35f, Rim: 0.6f);

    public override string Name => "printed-board";

    public override IReadOnlyList<string> Defects => ["missing_part", "misplaced_part", "scratch", "stain"];

    public override Lighting Light(PortableRandom part)
        => new(Azimuth: -2.3f + part.Uniform(-0.06f, 0.06f), Elevation: 0.85f + part.Uniform(-0.04f, 0.04f), Ambient: 0.5f, ShininessLog2: 5);

    public override Surface Make(int size, PortableRandom design, PortableRandom part, Flaw? flaw)
    {
        var layout = BoardLayout.Design(design);
        var mask = new Rgb(design.Uniform(0.012f, 0.03f), design.Uniform(0.10f, 0.15f), design.Uniform(0.035f, 0.06f));
        var copper = new Rgb(mask.R + 0.03f, mask.G * 1.75f, mask.B + 0.03f);

        var surface = new Surface(size, new Placement(size, part));
        NoiseField glass = new(part), cloud = new(part), grain = new(part);
        float lacquer = part.Uniform(0.88f, 1.12f);
        foreach (var (index, point) in surface.All())
        {
            float tone = lacquer * (1 + 0.07f * glass.Value(point.X / 1.3f, point.Y / 1.3f) + 0.12f * cloud.Fractal(point.X / 90, point.Y / 90, 2));
            surface.Albedo[index] = mask * tone;
            surface.Height[index] = 0.05f * glass.Value(point.X / 2.3f + 50, point.Y / 2.3f);
            surface.Gloss[index] = 0.09f;
        }

        var painter = new BoardPainter(surface, grain);
        foreach (var trace in layout.Traces)
            painter.Trace(trace, copper * lacquer);
        foreach (var via in layout.Vias)
            painter.Via(via, new Rgb(0.34f, 0.27f, 0.13f));
        foreach (var component in layout.Parts)
            painter.Footprint(component);
        // Scratches and flux lie on the bare board, before and between the components.
        if (flaw?.Name == "scratch")
            Scratch.Draw(surface, flaw, core: new Rgb(0.55f, 0.35f, 0.19f), rim: new Rgb(0.25f, 0.36f, 0.26f));
        else if (flaw?.Name == "stain")
            s_flux.Draw(surface, flaw);
        Populate(painter, layout.Parts, part, flaw);
        return surface;
    }

    private static void Populate(BoardPainter painter, IReadOnlyList<BoardPart> parts, PortableRandom part, Flaw? flaw)
    {
        int victim = flaw?.Name is "missing_part" or "misplaced_part" ? flaw.Random.Next(parts.Count) : -1;
        for (int i = 0; i < parts.Count; i++)
        {
            // The placer's tolerance: 0.5 units, 0.8 degrees.
            var frame = parts[i].Frame.Moved(new Vector2(part.Normal(), part.Normal()) * 0.5f, part.Normal() * 0.8f);
            float tone = part.Uniform(0.85f, 1.2f);
            if (i == victim && flaw!.Name == "missing_part")
                continue;
            if (i == victim)
                frame = Push(frame, flaw!.Random);
            painter.Component(parts[i], frame, tone);
        }
    }

    /// <summary>Shifted by 3 to 10 units, turned by 5 to 35 degrees, or one of both.</summary>
    private static BoardFrame Push(BoardFrame frame, PortableRandom random)
    {
        double direction = random.Uniform(0, (float)Math.Tau);
        var shift = random.Uniform(3, 10) * new Vector2(PortableMath.Cos(direction), PortableMath.Sin(direction));
        float turn = random.Sign() * random.Uniform(5, 35);
        return random.Next(3) switch
        {
            0 => frame.Moved(shift, 0),
            1 => frame.Moved(Vector2.Zero, turn),
            _ => frame.Moved(shift, turn),
        };
    }
}
