using System.Globalization;
using System.Text;
using System.Xml.Linq;
using DxmiMlNet.Explanation;
using DxmiMlNet.Reports;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Lab.Densities;

/// <summary>Drawings of the square [-4, 4]^2: landscapes, points and trajectories.</summary>
internal static class PlaneFigure
{
    private const double Reach = 4;       // the square goes from -4 to 4
    private const double Overlap = 0.3;   // of neighbouring cells: no seams
    private const int Shades = 24;

    // The plot area is a square.
    private static readonly ChartBox s_box = new(354, 352, Left: 26, Right: 8, Top: 6, Bottom: 26);
    private static readonly ChartAxis s_x = s_box.X(-Reach, Reach), s_y = s_box.Y(-Reach, Reach);

    /// <summary>An energy over the square, dark where it is low; values are ranked, so that one far valley does not hide the others.</summary>
    /// <param name="grid">Row by row from the top, as many rows as columns.</param>
    /// <param name="title">What it shows.</param>
    public static XElement Landscape(float[] grid, string title)
    {
        int size = (int)Math.Round(Math.Sqrt(grid.Length));
        double cell = (s_x.End - s_x.Start) / size;
        int[] shades = ShadesOf(grid);
        var areas = new StringBuilder[Shades];   // one path a shade, of the runs of equal cells in a row
        foreach (ref var area in areas.AsSpan())
            area = new StringBuilder();
        for (int row = 0; row < size; row++)
            foreach (var run in Runs(shades.AsSpan(row * size, size)))
                areas[run.Shade].Append(CultureInfo.InvariantCulture,
                    $"M{s_x.Start + run.Start * cell:0.##} {s_y.End + row * cell:0.##}h{run.Length * cell + Overlap:0.##}v{cell + Overlap:0.##}h-{run.Length * cell + Overlap:0.##}z");
        return Frame(title, areas.Select((area, shade) => Element("path", ("fill", Colour(shade)), ("d", area.ToString()))));
    }

    /// <summary>Points of the square; those outside are left out.</summary>
    public static XElement Points(IEnumerable<(float X, float Y)> points, string title)
        => Frame(title, [Dots(points, "curve", 2.2)]);

    /// <summary>Trajectories from noise to samples, the samples as dots.</summary>
    public static XElement Trajectories(IReadOnlyList<IReadOnlyList<(float X, float Y)>> trajectories, string title)
    {
        var lines = new StringBuilder();
        foreach (var trajectory in trajectories.Where(t => t.All(p => float.IsFinite(p.X) && float.IsFinite(p.Y))))
            for (int i = 0; i < trajectory.Count; i++)
                lines.Append(i == 0 ? 'M' : 'L').Append(At(trajectory[i]));
        return Frame(title,
        [
            Element("path", ("class", "axis"), ("opacity", 0.45), ("d", lines.ToString())),
            Dots(trajectories.Select(t => t[^1]), "threshold", 4),
        ]);
    }

    private static XElement Frame(string title, IEnumerable<XElement> content)
        => new Chart(title, s_box).Add(content)
            .Add(Element("rect", ("class", "frame"), ("x", s_x.Start), ("y", s_y.End), ("width", s_x.End - s_x.Start), ("height", s_y.Start - s_y.End)))
            .XTicks(s_x, 4, Number).YTicks(s_y, 4, Number, lines: false)
            .Render($"The square from {-Reach} to {Reach} in both directions.");

    // Lines of no length with round ends: one element for all points.
    private static XElement Dots(IEnumerable<(float X, float Y)> points, string kind, double width)
        => Element("path", ("class", kind), ("style", FormattableString.Invariant($"stroke-linecap:round;stroke-width:{width};opacity:0.6")),
            ("d", string.Concat(points.Where(p => Math.Abs(p.X) <= Reach && Math.Abs(p.Y) <= Reach).Select(p => $"M{At(p)}h0"))));

    private static string At((float X, float Y) point)
        => string.Create(CultureInfo.InvariantCulture, $"{s_x.At(point.X):0.#} {s_y.At(point.Y):0.#}");

    // Each value's place among all values; equal values share a shade.
    private static int[] ShadesOf(float[] grid)
    {
        float[] sorted = [.. grid.Where(float.IsFinite).Order()];
        return Array.ConvertAll(grid, value =>
        {
            if (!float.IsFinite(value))
                return Shades - 1;
            int at = Array.BinarySearch(sorted, value);
            while (at > 0 && sorted[at - 1] == value)
                at--;
            return (int)((long)at * Shades / sorted.Length);
        });
    }

    private static List<(int Start, int Length, int Shade)> Runs(ReadOnlySpan<int> row)
    {
        var runs = new List<(int, int, int)>();
        for (int start = 0, i = 1; i <= row.Length; i++)
        {
            if (i < row.Length && row[i] == row[start])
                continue;
            runs.Add((start, i - start, row[start]));
            start = i;
        }
        return runs;
    }

    private static string Colour(int shade)
    {
        var (red, green, blue) = HeatColors.At(shade / (Shades - 1.0));
        return $"#{red:x2}{green:x2}{blue:x2}";
    }
}
