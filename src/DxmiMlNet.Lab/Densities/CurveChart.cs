using System.Xml.Linq;
using DxmiMlNet.Explanation;
using static DxmiMlNet.Explanation.Html;

namespace DxmiMlNet.Lab.Densities;

/// <summary>Curves over training in one drawing, told apart by dashes as well as by their labels at the right end.</summary>
internal static class CurveChart
{
    private const double Width = 420, Height = 220, Left = 58, Right = 96, Top = 12, Bottom = 34;
    private static readonly string[] s_dashes = ["none", "6 3", "2 3", "8 3 2 3", "1 2", "10 4"];

    /// <summary>Draws curves of (iteration, value); what is not finite is left out. Null where nothing is left.</summary>
    public static XElement? Draw(string title, IReadOnlyList<(string Name, IReadOnlyList<(double Iteration, double Value)> Points)> curves)
    {
        var finite = curves.Select(c => (c.Name, Points: c.Points.Where(p => double.IsFinite(p.Value)).ToArray())).Where(c => c.Points.Length > 0).ToArray();
        if (finite.Length == 0)
            return null;
        var all = finite.SelectMany(c => c.Points).ToArray();
        double low = all.Min(p => p.Value), high = all.Max(p => p.Value), pad = high > low ? 0.04 * (high - low) : 0.5;
        var x = new ChartAxis(0, Math.Max(1, all.Max(p => p.Iteration)), Left, Width - Right);
        var y = new ChartAxis(low - pad, high + pad, Height - Bottom, Top);
        string summary = $"{title}: " + string.Join("; ", finite.Select(c => $"{c.Name} from {Number(c.Points[0].Value)} to {Number(c.Points[^1].Value)}")) + ".";
        double[] labels = Apart([.. finite.Select(c => y.At(c.Points[^1].Value))]);
        return Element("svg", ("viewBox", $"0 0 {Width} {Height}"), ("role", "img"), ("aria-label", summary),
            y.Ticks(4).Select(tick => Element("g",
                Element("line", ("class", "grid"), ("x1", Left), ("x2", Width - Right), ("y1", y.At(tick)), ("y2", y.At(tick))),
                Element("text", ("class", "tick"), ("x", Left - 6), ("y", y.At(tick) + 4), ("text-anchor", "end"), Number(tick)))),
            x.Ticks(4).Select(tick => Element("text", ("class", "tick"), ("x", x.At(tick)), ("y", Height - Bottom + 18), ("text-anchor", "middle"), Number(tick))),
            finite.Select((curve, i) => Element("g",
                Element("polyline", ("class", "curve"), ("style", $"stroke-width:1.6;stroke-dasharray:{s_dashes[i % s_dashes.Length]}"),
                    ("points", string.Join(' ', curve.Points.Select(p => $"{Coordinate(x.At(p.Iteration))},{Coordinate(y.At(p.Value))}")))),
                Element("text", ("class", "tick"), ("x", Width - Right + 6), ("y", labels[i] + 4), curve.Name))));
    }

    // Labels at least a line apart, from the top down.
    private static double[] Apart(double[] at)
    {
        const double line = 13;
        int[] order = [.. Enumerable.Range(0, at.Length).OrderBy(i => at[i])];
        for (int i = 1; i < order.Length; i++)
            at[order[i]] = Math.Max(at[order[i]], at[order[i - 1]] + line);
        double over = order.Length > 0 ? Math.Max(0, at[order[^1]] - (Height - 6)) : 0;
        return Array.ConvertAll(at, value => value - over);
    }
}
