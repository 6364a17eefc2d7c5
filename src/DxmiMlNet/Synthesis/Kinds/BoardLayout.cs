using System.Numerics;

namespace DxmiMlNet.Synthesis;

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
internal sealed record BoardTrace(Vector2[] Points, float HalfWidth);

/// <summary>One board design: the same for every part of a set.</summary>
internal sealed record BoardLayout(IReadOnlyList<BoardPart> Parts, IReadOnlyList<BoardTrace> Traces, IReadOnlyList<Vector2> Vias)
{
    private static readonly (BoardPartType Type, int Count)[] s_bill =
        [(BoardPartType.Chip, 1), (BoardPartType.Crystal, 1), (BoardPartType.Resistor, 7), (BoardPartType.Capacitor, 5)];

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

    /// <summary>Traces leave a part to the side, turn by 45 degrees and end in a via or another part.</summary>
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
                var to = ends[random.Next(ends.Length)];
                var way = to - from;
                float slant = Math.Min(Math.Abs(way.X), Math.Abs(way.Y)) * random.Uniform(0.6f, 1);
                var corner = from + slant * new Vector2(Math.Sign(way.X), Math.Sign(way.Y));
                var second = Math.Abs(way.X) > Math.Abs(way.Y) ? new Vector2(to.X, corner.Y) : new Vector2(corner.X, to.Y);
                if (Vector2.DistanceSquared(from, to) > 100)
                    traces.Add(new([from, corner, second, to], random.Chance(0.25f) ? 2.2f : 1.1f));
            }
        }
        return traces;
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
