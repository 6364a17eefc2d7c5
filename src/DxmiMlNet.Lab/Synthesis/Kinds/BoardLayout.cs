using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

internal enum BoardPartType
{
    Resistor,
    Capacitor,
    Chip,
    Crystal,
}

/// <summary>A component's place on the board.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Frame">Where it lies.</param>
/// <param name="Marking">Printed code, digits.</param>
internal sealed record BoardPart(BoardPartType Type, BoardFrame Frame, string Marking)
{
    /// <summary>Half width and half height of the body, part units, before turning.</summary>
    public Vector2 Half => HalfOf(Type);

    /// <summary>Half the footprint with pads and silk screen.</summary>
    public static Vector2 Footprint(BoardPartType type) => HalfOf(type) + (type == BoardPartType.Chip ? new Vector2(4, 11) : new Vector2(8, 4));

    private static Vector2 HalfOf(BoardPartType type) => type switch
    {
        BoardPartType.Resistor => new(10, 5.5f),
        BoardPartType.Capacitor => new(9, 6),
        BoardPartType.Crystal => new(17, 8),
        _ => new(26, 15),
    };
}

/// <summary>A line of copper under the solder mask: straight legs between corner points.</summary>
internal sealed record BoardTrace(Vector2[] Points, float HalfWidth)
{
    /// <summary>Squared distance of a point to the trace's middle line.</summary>
    public float DistanceSquared(Vector2 point)
    {
        float best = float.MaxValue;
        for (int leg = 0; leg + 1 < Points.Length; leg++)
        {
            Vector2 way = Points[leg + 1] - Points[leg], to = point - Points[leg];
            float squared = way.X * way.X + way.Y * way.Y;
            float t = squared > 0 ? Math.Clamp((to.X * way.X + to.Y * way.Y) / squared, 0, 1) : 0;
            best = Math.Min(best, Vector2.DistanceSquared(to, t * way));
        }
        return best;
    }
}

/// <summary>One board design: the same for every part of a set.</summary>
internal sealed record BoardLayout(IReadOnlyList<BoardPart> Parts, IReadOnlyList<BoardTrace> Traces, IReadOnlyList<Vector2> Vias)
{
    private static readonly (BoardPartType Type, int Count)[] s_bill =
        [(BoardPartType.Chip, 2), (BoardPartType.Crystal, 1), (BoardPartType.Resistor, 9), (BoardPartType.Capacitor, 7)];

    public static BoardLayout Design(PortableRandom random)
    {
        var parts = Place(random);
        var vias = new List<Vector2>();
        for (int n = 0; n < 60 && vias.Count < 14; n++)
        {
            var at = Snap(new(random.Uniform(10, 246), random.Uniform(10, 246)));
            if (parts.All(p => p.Frame.ToLocal(at) is var q && Outside(q, BoardPart.Footprint(p.Type), 4)) && vias.All(v => Vector2.DistanceSquared(v, at) > 200))
                vias.Add(at);
        }
        return new(parts, Route(random, parts, vias), vias);
    }

    private static List<BoardPart> Place(PortableRandom random)
    {
        var parts = new List<BoardPart>();
        foreach (var (type, count) in s_bill)
        {
            int wanted = parts.Count + count;
            for (int n = 0; n < 300 && parts.Count < wanted; n++)
            {
                var half = BoardPart.Footprint(type);
                bool upright = random.Chance(0.45f);
                var box = upright ? new Vector2(half.Y, half.X) : half;
                var at = Snap(new(random.Uniform(box.X + 8, 248 - box.X), random.Uniform(box.Y + 8, 248 - box.Y)));
                var part = new BoardPart(type, new BoardFrame(at, upright ? 90 : 0), Code(random, type));
                if (parts.All(other => Apart(part, other)))
                    parts.Add(part);
            }
        }
        return parts;
    }

    /// <summary>Every pin gets a trace to a via or another part, if one of a few tries finds a free way.</summary>
    private static List<BoardTrace> Route(PortableRandom random, List<BoardPart> parts, List<Vector2> vias)
    {
        var ends = parts.Where(p => p.Type != BoardPartType.Chip).Select(p => p.Frame.ToBoard(new(p.Half.X, 0))).Concat(vias).ToArray();
        var traces = new List<BoardTrace>();
        foreach (var part in parts)
        {
            int pins = part.Type == BoardPartType.Chip ? BoardPainter.ChipPins : 1;
            for (int pin = 0; pin < 2 * pins; pin++)
            {
                var from = part.Frame.ToBoard(part.Type == BoardPartType.Chip
                    ? BoardPainter.ChipPin(part.Half, pin) : new Vector2(pin == 0 ? -part.Half.X : part.Half.X, 0));
                for (int n = 0; n < 20; n++)
                {
                    var way = Bend(from, ends[random.Next(ends.Length)], random.Uniform(0, 1));
                    if (!Free(way, traces, parts, part))
                        continue;
                    traces.Add(new(way, random.Chance(0.25f) ? 2 : 1.1f));
                    break;
                }
            }
        }
        return traces;
    }

    /// <summary>Level or upright, then 45 degrees, then on as before.</summary>
    private static Vector2[] Bend(Vector2 from, Vector2 to, float where)
    {
        var way = to - from;
        float x = Math.Abs(way.X), y = Math.Abs(way.Y), straight = Math.Abs(x - y) * where, slant = Math.Min(x, y);
        var ahead = x > y ? new Vector2(Math.Sign(way.X), 0) : new Vector2(0, Math.Sign(way.Y));
        var first = from + straight * ahead;
        return [from, first, first + slant * new Vector2(Math.Sign(way.X), Math.Sign(way.Y)), to];
    }

    /// <summary>Whether a way keeps away from other traces and passes through no part but the one it leaves (and the one it ends in).</summary>
    private static bool Free(Vector2[] way, List<BoardTrace> traces, List<BoardPart> parts, BoardPart own)
    {
        const float Step = 2, Gap = 4.5f;
        Vector2 from = way[0], to = way[^1];
        if (Vector2.DistanceSquared(from, to) < 300)
            return false;
        for (int leg = 0; leg + 1 < way.Length; leg++)
        {
            var legWay = way[leg + 1] - way[leg];
            int steps = 1 + (int)(MathF.Sqrt(legWay.X * legWay.X + legWay.Y * legWay.Y) / Step);
            for (int s = 0; s <= steps; s++)
            {
                var at = way[leg] + legWay * (s / (float)steps);
                if (Vector2.DistanceSquared(at, to) > 12 * 12 && parts.Any(p => p != own && !Outside(p.Frame.ToLocal(at), BoardPart.Footprint(p.Type), -2)))
                    return false;
                if (own.Type == BoardPartType.Chip && !Outside(own.Frame.ToLocal(at), own.Half, 2))
                    return false;
                // Traces may meet where they end.
                if (Vector2.DistanceSquared(at, to) > 6 * 6 && traces.Any(t => t.DistanceSquared(at) < Gap * Gap))
                    return false;
            }
        }
        return true;
    }

    private static string Code(PortableRandom random, BoardPartType type)
    {
        int digits = type switch { BoardPartType.Resistor => 3, BoardPartType.Capacitor => 0, BoardPartType.Crystal => 5, _ => 6 };
        return string.Concat(Enumerable.Range(0, digits).Select(_ => (char)('0' + random.Next(10))));
    }

    private static bool Apart(BoardPart a, BoardPart b)
    {
        Vector2 halfA = a.Frame.Turned(BoardPart.Footprint(a.Type)), halfB = b.Frame.Turned(BoardPart.Footprint(b.Type));
        return Outside(a.Frame.Origin - b.Frame.Origin, halfA + halfB, 0);
    }

    private static bool Outside(Vector2 point, Vector2 half, float margin) => Math.Abs(point.X) > half.X + margin || Math.Abs(point.Y) > half.Y + margin;

    /// <summary>Designers work on a grid.</summary>
    private static Vector2 Snap(Vector2 at) => new(MathF.Floor(at.X / 2 + 0.5f) * 2, MathF.Floor(at.Y / 2 + 0.5f) * 2);
}
