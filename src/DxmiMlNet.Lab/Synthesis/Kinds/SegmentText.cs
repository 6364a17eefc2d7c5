using System.Numerics;

namespace DxmiMlNet.Lab.Synthesis;

/// <summary>Digits of straight strokes, as laser markers write them.</summary>
internal static class SegmentText
{
    // Strokes of a digit, bit by bit: top, upper right, lower right, bottom, lower left, upper left, middle.
    private static readonly byte[] s_digits = [0x3F, 0x06, 0x5B, 0x4F, 0x66, 0x6D, 0x7D, 0x07, 0x7F, 0x6F];

    // From and to of each stroke in a cell of width 1 and height 2 around the origin.
    private static readonly (Vector2 From, Vector2 To)[] s_strokes =
    [
        (new(-0.5f, -1), new(0.5f, -1)), (new(0.5f, -1), new(0.5f, 0)), (new(0.5f, 0), new(0.5f, 1)), (new(-0.5f, 1), new(0.5f, 1)),
        (new(-0.5f, 0), new(-0.5f, 1)), (new(-0.5f, -1), new(-0.5f, 0)), (new(-0.5f, 0), new(0.5f, 0)),
    ];

    /// <summary>Prints digits centred at a point.</summary>
    /// <param name="surface">The part.</param>
    /// <param name="frame">Coordinate system of the component.</param>
    /// <param name="centre">Middle of the text in it.</param>
    /// <param name="text">Digits.</param>
    /// <param name="height">Height of a digit, part units.</param>
    /// <param name="ink">Colour.</param>
    public static void Draw(Surface surface, BoardFrame frame, Vector2 centre, string text, float height, Rgb ink)
    {
        float unit = height / 2, advance = 1.7f * unit, halfStroke = 0.09f * height;
        for (int n = 0; n < text.Length; n++)
        {
            var cell = centre + new Vector2((n - (text.Length - 1) / 2f) * advance, 0);
            int strokes = s_digits[text[n] - '0'];
            foreach (var (index, point) in surface.Within(frame.ToBoard(cell), height))
            {
                var q = (frame.ToLocal(point) - cell) / unit;
                float nearest = float.MaxValue;
                for (int s = 0; s < s_strokes.Length; s++)
                {
                    if ((strokes >> s & 1) == 0)
                        continue;
                    var (from, to) = s_strokes[s];
                    // Strokes are upright or level: the distance to one is that to a box without thickness.
                    float x = Math.Max(Math.Max(Math.Min(from.X, to.X) - q.X, q.X - Math.Max(from.X, to.X)), 0);
                    float y = Math.Max(Math.Max(Math.Min(from.Y, to.Y) - q.Y, q.Y - Math.Max(from.Y, to.Y)), 0);
                    nearest = Math.Min(nearest, x * x + y * y);
                }
                if (nearest < 4)
                    surface.Cover(index, ink, 0.02f, 0.85f * surface.Coverage(MathF.Sqrt(nearest) * unit - halfStroke));
            }
        }
    }
}
