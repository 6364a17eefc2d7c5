using System.Xml.Linq;
using DxmiMlNet.Lab.Densities;
using DxmiMlNet.Explanation;
using static DxmiMlNet.Explanation.Html;

namespace DxmiMlNet.Lab.Densities;

/// <summary>A figure of the runs on eight Gaussians by tau: one mark a seed, pretrained runs left and runs from scratch right of their tau.</summary>
internal static class AblationChart
{
    private const double Width = 420, Height = 260, Left = 58, Right = 14, Top = 26, Bottom = 48;

    /// <summary>Null where there are no such runs.</summary>
    public static XElement? Draw(IReadOnlyList<DensityRow> rows, string title, Func<DensityRow, double?> of)
    {
        DensityRow[] shown = [.. rows.Where(r => r is { Sampler: DensityRow.Dxmi, Network: "separate", Avr: true, Density: "8gaussians" } && of(r) is not null)];
        if (shown.Length == 0)
            return null;
        double[] taus = [.. shown.Select(r => r.Tau!.Value).Distinct().Order()];
        double high = shown.Max(r => of(r)!.Value), low = Math.Min(0, shown.Min(r => of(r)!.Value));
        var y = new ChartAxis(low, high > low ? high * 1.05 : low + 1, Height - Bottom, Top);
        double column = (Width - Left - Right) / taus.Length;
        double Middle(double tau) => Left + column * (Array.IndexOf(taus, tau) + 0.5);
        string summary = $"{title} by tau: " + string.Join("; ", taus.Select(tau =>
            FormattableString.Invariant($"tau {tau}: median {Number(DensitiesSummary.Median(shown.Where(r => r.Tau == tau), of)!.Value)}"))) + ".";
        return Element("svg", ("viewBox", $"0 0 {Width} {Height}"), ("role", "img"), ("aria-label", summary),
            Element("text", ("class", "strong"), ("x", Left), ("y", 14.0), title),
            y.Ticks(4).Select(tick => Element("g",
                Element("line", ("class", "grid"), ("x1", Left), ("x2", Width - Right), ("y1", y.At(tick)), ("y2", y.At(tick))),
                Element("text", ("class", "tick"), ("x", Left - 6), ("y", y.At(tick) + 4), ("text-anchor", "end"), Number(tick)))),
            taus.Select(tau => Element("text", ("class", "tick"), ("x", Middle(tau)), ("y", Height - Bottom + 18), ("text-anchor", "middle"), FormattableString.Invariant($"tau {tau}"))),
            Element("text", ("class", "tick"), ("x", (Left + Width - Right) / 2), ("y", Height - 8), ("text-anchor", "middle"), "left of each: pretrained, right: from scratch"),
            shown.Select(r => Mark(Middle(r.Tau!.Value) + column * (r.Pretrained ? -0.2 : 0.2), y.At(of(r)!.Value), IsProportional(r))));
    }

    private static bool IsProportional(DensityRow row) => Math.Abs(row.EnergyRate!.Value - DensityRun.RateFor(row.Tau!.Value)) < 1e-12;

    private static XElement Mark(double x, double y, bool isCircle) => isCircle
        ? Element("circle", ("class", "mark"), ("cx", x), ("cy", y), ("r", 4.0))
        : Element("path", ("class", "threshold"), ("d", $"M{Coordinate(x - 4)} {Coordinate(y - 4)}l8 8m0 -8l-8 8"));
}
