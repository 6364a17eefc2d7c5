using System.Xml.Linq;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Reports;

/// <summary>Curves in one drawing, told apart by dashes as well as by colour and by their labels at the right end.</summary>
internal static class CurveChart
{
    private static readonly ChartBox s_box = new(420, 230, Left: 58, Right: 96, Top: 12, Bottom: 46);

    /// <summary>Draws curves; values that are not finite are left out. Null where nothing is left.</summary>
    /// <param name="title">What the values are.</param>
    /// <param name="along">What they are drawn along, for example "iteration".</param>
    /// <param name="curves">A name and points each.</param>
    public static XElement? Draw(string title, string along, IReadOnlyList<(string Name, IReadOnlyList<(double X, double Y)> Points)> curves)
    {
        var finite = curves.Select(c => (c.Name, Points: c.Points.Where(p => double.IsFinite(p.Y)).ToArray())).Where(c => c.Points.Length > 0).ToArray();
        if (finite.Length == 0)
            return null;
        var all = finite.SelectMany(c => c.Points).ToArray();
        double low = all.Min(p => p.Y), high = all.Max(p => p.Y), pad = high > low ? 0.04 * (high - low) : 0.5;
        var x = s_box.X(0, Math.Max(1, all.Max(p => p.X)));
        var y = s_box.Y(low - pad, high + pad);
        var chart = new Chart(title, s_box).YTicks(y, 4, Number).XTicks(x, 4, Number).XTitle(along);
        for (int i = 0; i < finite.Length; i++)
            chart.Curve(finite[i].Points, x, y, i);
        return chart.EndLabels([.. finite.Select(c => (c.Name, y.At(c.Points[^1].Y)))])
            .Render(string.Join("; ", finite.Select(c => $"{c.Name} from {Number(c.Points[0].Y)} to {Number(c.Points[^1].Y)}")) + ".");
    }
}
