using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>What a box is made of and how it stands out.</summary>
/// <param name="Colour">Reflectance.</param>
/// <param name="Gloss">Strength of the mirror reflection.</param>
/// <param name="Top">Height over the bare board, part units.</param>
/// <param name="Bevel">Width over which its edge rises.</param>
/// <param name="Round">Radius of the corners.</param>
internal sealed record BoardMaterial(Rgb Colour, float Gloss, float Top, float Bevel, float Round);

/// <summary>Draws footprints and components of a board by signed distances.</summary>
internal sealed class BoardPainter(Surface surface, NoiseField grain)
{
    /// <summary>Pins on each of a chip's two sides.</summary>
    public const int ChipPins = 6;

    private static readonly BoardMaterial s_solder = new(new Rgb(0.50f, 0.50f, 0.49f), 0.4f, 0.9f, 2.5f, 1.5f);
    private static readonly BoardMaterial s_silk = new(Rgb.Grey(0.68f), 0.02f, 0.1f, 0.5f, 0.3f);
    private static readonly BoardMaterial s_terminal = new(new Rgb(0.55f, 0.55f, 0.54f), 0.45f, 4, 1.4f, 0.8f);
    private static readonly BoardMaterial s_resistor = new(Rgb.Grey(0.035f), 0.08f, 4.6f, 1, 0.4f);
    private static readonly BoardMaterial s_capacitor = new(new Rgb(0.36f, 0.24f, 0.13f), 0.06f, 5, 1.6f, 0.8f);
    private static readonly BoardMaterial s_crystal = new(new Rgb(0.48f, 0.48f, 0.46f), 0.5f, 5, 3, 7.5f);
    private static readonly BoardMaterial s_chip = new(Rgb.Grey(0.028f), 0.05f, 6, 1.6f, 1);
    private static readonly BoardMaterial s_pin = new(new Rgb(0.46f, 0.46f, 0.45f), 0.5f, 2.5f, 1.1f, 0.3f);

    /// <summary>The outer end of a pin: even numbers below, odd ones above.</summary>
    public static Vector2 ChipPin(Vector2 half, int pin)
        => new((pin / 2 - (ChipPins - 1) / 2f) * (2 * half.X - 8) / (ChipPins - 1), (pin % 2 == 0 ? 1 : -1) * (half.Y + 5));

    /// <summary>Pads with solder and the white outline: what stays when the component is missing.</summary>
    public void Footprint(BoardPart part)
    {
        var half = part.Half;
        if (part.Type == BoardPartType.Chip)
        {
            for (int pin = 0; pin < 2 * ChipPins; pin++)
                Box(part.Frame, ChipPin(half, pin), new(2.2f, 4.5f), s_solder);
            Box(part.Frame, new(-half.X - 2.5f, half.Y + 6), new(1.2f, 1.2f), s_silk);
            return;
        }
        Box(part.Frame, new(-half.X, 0), new(5, half.Y), s_solder);
        Box(part.Frame, new(half.X, 0), new(5, half.Y), s_solder);
        foreach (int side in (int[])[-1, 1])
            Box(part.Frame, new(0, side * (half.Y + 2.5f)), new(half.X + 6, 0.6f), s_silk);
    }

    /// <summary>The component itself, in the frame it really has.</summary>
    public void Component(BoardPart part, BoardFrame frame, float tone)
    {
        var half = part.Half;
        Shadow(frame, half, part.Type == BoardPartType.Chip ? 4.5f : 2.5f);
        switch (part.Type)
        {
            case BoardPartType.Chip:
                for (int pin = 0; pin < 2 * ChipPins; pin++)
                    Box(frame, ChipPin(half, pin) - new Vector2(0, pin % 2 == 0 ? 2 : -2), new(1.4f, 4.2f), s_pin);
                Box(frame, Vector2.Zero, half, s_chip with { Colour = s_chip.Colour * tone });
                Dot(frame, new(-half.X + 5, half.Y - 5), 2.2f, s_chip.Colour * 0.5f, 5.2f);
                SegmentText.Draw(surface, frame, new(0, -3), part.Marking, 6, new Rgb(0.33f, 0.33f, 0.32f));
                break;
            case BoardPartType.Crystal:
                Box(frame, Vector2.Zero, half, s_crystal with { Colour = s_crystal.Colour * tone });
                SegmentText.Draw(surface, frame, Vector2.Zero, part.Marking, 5, Rgb.Grey(0.13f));
                break;
            default:
                var body = part.Type == BoardPartType.Resistor ? s_resistor : s_capacitor;
                Box(frame, Vector2.Zero, half - new Vector2(0, 0.4f), s_terminal);
                Box(frame, Vector2.Zero, new(half.X - 3.6f, half.Y), body with { Colour = body.Colour * tone });
                SegmentText.Draw(surface, frame, Vector2.Zero, part.Marking, 5, Rgb.Grey(0.5f));
                break;
        }
    }

    /// <summary>A line of copper: lighter through the solder mask, and raised.</summary>
    public void Trace(BoardTrace trace, Rgb colour)
    {
        var low = trace.Points.Aggregate(Vector2.Min);
        var high = trace.Points.Aggregate(Vector2.Max);
        float reach = Math.Max(high.X - low.X, high.Y - low.Y) / 2 + trace.HalfWidth + 2;
        foreach (var (index, point) in surface.Within((low + high) / 2, reach))
        {
            float distance = MathF.Sqrt(trace.DistanceSquared(point)) - trace.HalfWidth;
            if (distance > 1.5f)
                continue;
            surface.Cover(index, colour, 0.16f, surface.Coverage(distance));
            surface.Height[index] = Math.Max(surface.Height[index], 0.5f * PortableMath.SmoothStep(0.8f, -0.6f, distance));
        }
    }

    /// <summary>A plated hole.</summary>
    public void Via(Vector2 centre, Rgb ring)
    {
        var frame = new BoardFrame(centre, 0);
        Dot(frame, Vector2.Zero, 4.2f, ring, 0.4f);
        Dot(frame, Vector2.Zero, 1.9f, Rgb.Grey(0.02f), -1.5f);
    }

    private void Dot(BoardFrame frame, Vector2 centre, float radius, Rgb colour, float top)
        => Box(frame, centre, new(radius, radius), new(colour, 0.1f, top, 1, radius));

    private void Box(BoardFrame frame, Vector2 centre, Vector2 half, BoardMaterial material)
    {
        var inner = half - new Vector2(material.Round);
        foreach (var (index, point) in surface.Within(frame.ToBoard(centre), MathF.Sqrt(half.X * half.X + half.Y * half.Y) + 1))
        {
            var q = frame.ToLocal(point) - centre;
            float distance = Distance(q, inner) - material.Round;
            if (distance > 1)
                continue;
            float tone = 1 + 0.10f * grain.Value(point.X / 1.2f, point.Y / 1.2f) + 0.10f * grain.Gradient(point.X / 6, point.Y / 6);
            surface.Cover(index, material.Colour * tone, material.Gloss, surface.Coverage(distance));
            surface.Height[index] += PortableMath.SmoothStep(0.3f, -material.Bevel, distance) * (material.Top - surface.Height[index]);
        }
    }

    /// <summary>The lamp stands to the upper left: what rises darkens what lies to its lower right.</summary>
    private void Shadow(BoardFrame frame, Vector2 half, float length)
    {
        foreach (var (index, point) in surface.Within(frame.Origin, MathF.Sqrt(half.X * half.X + half.Y * half.Y) + 2 * length))
        {
            float distance = Distance(frame.ToLocal(point - new Vector2(0.55f, 0.65f) * length), half);
            surface.Filter(index, Rgb.Grey(0.3f), PortableMath.SmoothStep(0.6f * length, -0.4f * length, distance));
        }
    }

    /// <summary>Signed distance to a box around the origin (outside exact, inside to the nearest side).</summary>
    private static float Distance(Vector2 point, Vector2 half)
    {
        float x = Math.Abs(point.X) - half.X, y = Math.Abs(point.Y) - half.Y;
        float outX = Math.Max(x, 0), outY = Math.Max(y, 0);
        return MathF.Sqrt(outX * outX + outY * outY) + Math.Min(Math.Max(x, y), 0);
    }
}
