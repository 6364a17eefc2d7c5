using System.Globalization;
using System.Net;
using System.Text;
using DxmiMlNet.Decisions;
using Microsoft.AspNetCore.Components;

namespace DxmiMlNet.Line.Dashboard;

/// <summary>A point of a trend.</summary>
/// <param name="Value">Its height.</param>
/// <param name="Verdict">Gives its mark.</param>
/// <param name="Title">What is said when it is pointed at.</param>
internal sealed record TrendPoint(double Value, string Verdict, string Title);

/// <summary>A line across a trend.</summary>
/// <param name="Value">Its height.</param>
/// <param name="Kind">"reject" or "review".</param>
/// <param name="Text">What it is.</param>
internal sealed record TrendLimit(double Value, string Kind, string Text);

/// <summary>Charts as SVG that follows the theme. Marks differ in shape as well as in colour.</summary>
internal static class Charts
{
    private const int Width = 720, Left = 46, Right = 8, Top = 8, Bottom = 20;

    /// <summary>Values in the order in which they came.</summary>
    /// <param name="name">What it shows, for those who hear it.</param>
    /// <param name="points">The values, the oldest first.</param>
    /// <param name="limits">Lines across.</param>
    /// <param name="logarithmic">Whether heights are logarithms; all values are positive then.</param>
    /// <param name="curve">Whether the values are one curve, not marks.</param>
    /// <param name="height">Height, where the width is 720.</param>
    public static MarkupString Trend(string name, IReadOnlyList<TrendPoint> points, IReadOnlyList<TrendLimit> limits, bool logarithmic = false, bool curve = false, int height = 190)
    {
        var svg = Begin(name, height);
        double[] values = [.. points.Select(p => p.Value).Concat(limits.Select(l => l.Value)).Where(double.IsFinite)];
        if (points.Count == 0 || values.Length == 0)
            return Empty(svg, height);
        var axis = Axis.Of(values, logarithmic, height);
        Grid(svg, axis);
        double X(int i) => Left + 6 + (Width - Left - Right - 12) * (points.Count == 1 ? 0.5 : i / (double)(points.Count - 1));
        foreach (var limit in limits)
        {
            double y = axis.Y(limit.Value);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"limit {limit.Kind}\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text class=\"limit-text {limit.Kind}\" x=\"{Width - Right}\" y=\"{y - 4:0.#}\" text-anchor=\"end\">{Encode(limit.Text)}</text>");
        }
        if (curve)
            svg.Append("<polyline class=\"curve\" points=\"").AppendJoin(' ', points.Select((p, i) => string.Create(CultureInfo.InvariantCulture, $"{X(i):0.#},{axis.Y(p.Value):0.#}"))).Append("\"/>");
        else
            for (int i = 0; i < points.Count; i++)
                if (double.IsFinite(points[i].Value))
                    Mark(svg, points[i], X(i), axis.Y(points[i].Value));
        return End(svg);
    }

    /// <summary>Verdicts of the last 24 hours, one bar an hour.</summary>
    public static MarkupString Hours(string name, IReadOnlyList<StationHour> hours, DateTimeOffset now, int height = 190)
    {
        var svg = Begin(name, height);
        var last = new DateTimeOffset(now.UtcDateTime.Date.AddHours(now.UtcDateTime.Hour), TimeSpan.Zero);
        var bars = Enumerable.Range(-23, 24).Select(h => last.AddHours(h)).Select(hour => (Hour: hour, Here: hours.Where(h => h.Hour == hour).ToList()))
            .Select(b => (b.Hour, Pass: b.Here.Sum(h => h.Pass), Review: b.Here.Sum(h => h.Review), Reject: b.Here.Sum(h => h.Reject))).ToList();
        int most = bars.Max(b => b.Pass + b.Review + b.Reject);
        if (most == 0)
            return Empty(svg, height);
        var axis = Axis.Of([0, most], logarithmic: false, height);
        Grid(svg, axis);
        double step = (Width - Left - Right) / 24.0;
        for (int i = 0; i < bars.Count; i++)
        {
            var bar = bars[i];
            double x = Left + i * step + 2, below = 0;
            string title = $"{bar.Hour.ToLocalTime():HH:mm}: {bar.Pass} pass, {bar.Review} review, {bar.Reject} reject";
            svg.Append("<g><title>").Append(title).Append("</title>");
            foreach (var (count, kind) in new[] { (bar.Pass, "pass"), (bar.Review, "review"), (bar.Reject, "reject") })
            {
                if (count == 0)
                    continue;
                double y = axis.Y(below + count), bottom = axis.Y(below);
                svg.Append(CultureInfo.InvariantCulture, $"<rect class=\"bar {kind}\" x=\"{x:0.#}\" width=\"{step - 4:0.#}\" y=\"{y:0.#}\" height=\"{Math.Max(1, bottom - y):0.#}\"/>");
                below += count;
            }
            svg.Append("</g>");
            if (i % 3 == 2)
                svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x + step / 2 - 2:0.#}\" y=\"{height - 5}\" text-anchor=\"middle\">{bar.Hour.ToLocalTime():HH}h</text>");
        }
        return End(svg);
    }

    // Circle, diamond, triangle: told apart without colour, too.
    private static void Mark(StringBuilder svg, TrendPoint point, double x, double y)
    {
        var (kind, shape) = point.Verdict switch
        {
            Verdicts.Pass => ("pass", string.Create(CultureInfo.InvariantCulture, $"<circle cx=\"{x:0.#}\" cy=\"{y:0.#}\" r=\"2.6\">")),
            Verdicts.Reject => ("reject", string.Create(CultureInfo.InvariantCulture, $"<path class=\"mark\" d=\"M{x:0.#} {y - 5:0.#}l4.6 8.4h-9.2z\">")),
            _ => ("review", string.Create(CultureInfo.InvariantCulture, $"<path class=\"mark\" d=\"M{x:0.#} {y - 4.8:0.#}l4.8 4.8l-4.8 4.8l-4.8-4.8z\">")),
        };
        svg.Append("<g class=\"").Append(kind).Append("\">").Append(shape).Append("<title>").Append(Encode(point.Title)).Append("</title>")
            .Append(shape.StartsWith("<circle", StringComparison.Ordinal) ? "</circle>" : "</path>").Append("</g>");
    }

    private static void Grid(StringBuilder svg, Axis axis)
    {
        foreach (double value in axis.Ticks)
        {
            double y = axis.Y(value);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text x=\"{Left - 6}\" y=\"{y + 4:0.#}\" text-anchor=\"end\">{value:0.####}</text>");
        }
    }

    private static StringBuilder Begin(string name, int height) => new StringBuilder()
        .Append(CultureInfo.InvariantCulture, $"<svg class=\"line-chart\" viewBox=\"0 0 {Width} {height}\" role=\"img\" aria-label=\"{Encode(name)}\">");

    private static MarkupString Empty(StringBuilder svg, int height)
        => End(svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Width / 2}\" y=\"{height / 2}\" text-anchor=\"middle\">No parts yet</text>"));

    private static MarkupString End(StringBuilder svg) => new(svg.Append("</svg>").ToString());

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    /// <summary>From values to heights.</summary>
    private sealed record Axis(double Low, double High, bool Logarithmic, int Height, IReadOnlyList<double> Ticks)
    {
        public double Y(double value)
        {
            double v = Logarithmic ? Math.Log10(Math.Max(value, 1e-12)) : value;
            return Height - Bottom - (Height - Top - Bottom) * Math.Clamp((v - Low) / (High - Low), 0, 1);
        }

        public static Axis Of(double[] values, bool logarithmic, int height)
        {
            if (logarithmic)
            {
                double low = Math.Floor(Math.Log10(Math.Max(values.Min(), 1e-12))), high = Math.Ceiling(Math.Log10(Math.Max(values.Max(), 1e-12)));
                high = Math.Max(high, low + 1);
                return new Axis(low, high, true, height, [.. Enumerable.Range(0, (int)(high - low) + 1).Select(i => Math.Pow(10, low + i))]);
            }
            double least = Math.Min(0, values.Min()), most = values.Max() <= least ? least + 1 : values.Max();
            double raw = (most - least) / 4, unit = Math.Pow(10, Math.Floor(Math.Log10(raw)));
            double step = new[] { 1, 2, 2.5, 5, 10 }.Select(m => m * unit).First(s => s >= raw * 0.999);
            double bottom = Math.Floor(least / step) * step, top = Math.Ceiling(most / step) * step;
            return new Axis(bottom, top, false, height, [.. Enumerable.Range(0, (int)Math.Round((top - bottom) / step) + 1).Select(i => bottom + i * step)]);
        }
    }
}
