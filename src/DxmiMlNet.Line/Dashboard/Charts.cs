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

/// <summary>How values become heights.</summary>
internal enum ChartScale
{
    /// <summary>As they are.</summary>
    Linear,

    /// <summary>By their logarithms; all are positive.</summary>
    Logarithmic,

    /// <summary>As they are around zero, by their logarithms far from it.</summary>
    Bent,
}

/// <summary>Charts as SVG that follows the theme. Marks differ in shape as well as in colour.</summary>
internal static class Charts
{
    private const int Width = 600, Left = 40, Right = 8, Top = 18, Bottom = 20;

    /// <summary>Values in the order in which they came.</summary>
    /// <param name="name">What it shows, for those who hear it.</param>
    /// <param name="points">The values, the oldest first.</param>
    /// <param name="limits">Lines across.</param>
    /// <param name="scale">How values become heights.</param>
    /// <param name="curve">Whether the values are one curve, not marks.</param>
    /// <param name="height">Height, where the width is 600.</param>
    public static MarkupString Trend(string name, IReadOnlyList<TrendPoint> points, IReadOnlyList<TrendLimit> limits, ChartScale scale = ChartScale.Linear, bool curve = false, int height = 190)
    {
        var svg = Begin(name, height);
        double[] values = [.. points.Select(p => p.Value).Concat(limits.Select(l => l.Value)).Where(double.IsFinite)];
        if (points.Count == 0 || values.Length == 0)
            return Empty(svg, height);
        var axis = Axis.Of(values, scale, height);
        Grid(svg, axis);
        double X(int i) => Left + 6 + (Width - Left - Right - 12) * (points.Count == 1 ? 0.5 : i / (double)(points.Count - 1));
        foreach (var limit in limits)
        {
            double y = axis.Y(limit.Value);
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"limit {limit.Kind}\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y:0.#}\" y2=\"{y:0.#}\"/>")
                .Append(CultureInfo.InvariantCulture, $"<text class=\"limit-text {limit.Kind}\" x=\"{Width - Right}\" y=\"{(limit.Kind == "review" ? y + 12 : y - 5):0.#}\" text-anchor=\"end\">{Encode(limit.Text)}</text>");
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
        var axis = Axis.Of([0, most], ChartScale.Linear, height);
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
    private sealed record Axis(double Low, double High, ChartScale Scale, int Height, IReadOnlyList<double> Ticks)
    {
        private const double Least = 1e-12;

        public double Y(double value) => Height - Bottom - (Height - Top - Bottom) * Math.Clamp((Bend(value, Scale) - Low) / (High - Low), 0, 1);

        private static double Bend(double value, ChartScale scale) => scale switch
        {
            ChartScale.Logarithmic => Math.Log10(Math.Max(value, Least)),
            ChartScale.Bent => Math.Asinh(value),
            _ => value,
        };

        public static Axis Of(double[] values, ChartScale scale, int height)
        {
            double least = values.Min(), most = values.Max();
            double[] ticks = scale switch
            {
                ChartScale.Logarithmic => [.. Powers((int)Math.Floor(Math.Log10(Math.Max(least, Least))), (int)Math.Ceiling(Math.Log10(Math.Max(most, Least))))],
                ChartScale.Bent => [.. s_bent.SkipWhile((t, i) => i + 1 < s_bent.Length && s_bent[i + 1] <= least).TakeWhile((t, i) => i == 0 || t < most * 1.6)],
                _ => [.. Even(Math.Min(0, least), most)],
            };
            return new Axis(Bend(Math.Min(ticks[0], least), scale), Bend(Math.Max(ticks[^1], most), scale), scale, height, ticks);
        }

        private static readonly double[] s_bent = [-1000, -100, -10, -3, -1, 0, 1, 3, 10, 30, 100, 300, 1000, 10_000];

        private static IEnumerable<double> Powers(int low, int high) => Enumerable.Range(low, Math.Max(high, low + 1) - low + 1).Select(power => Math.Pow(10, power));

        private static IEnumerable<double> Even(double least, double most)
        {
            if (most <= least)
                most = least + 1;
            double raw = (most - least) / 4, unit = Math.Pow(10, Math.Floor(Math.Log10(raw)));
            double step = new[] { 1, 2, 2.5, 5, 10 }.Select(m => m * unit).First(s => s >= raw * 0.999);
            int from = (int)Math.Floor(least / step), to = (int)Math.Ceiling(most / step);
            return Enumerable.Range(from, to - from + 1).Select(i => i * step);
        }
    }
}
