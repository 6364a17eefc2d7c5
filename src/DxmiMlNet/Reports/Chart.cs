using System.Xml.Linq;
using static DxmiMlNet.Reports.Html;

namespace DxmiMlNet.Reports;

/// <summary>
/// A drawing with axes, put together piece by piece, in the order in which the pieces cover each other. Colours come from the style of page or fragment,
/// so that it can be read in light and in dark, and on paper.
/// </summary>
/// <param name="title">What it is, in a few words; read aloud first.</param>
/// <param name="box">Size and margins.</param>
internal sealed class Chart(string title, ChartBox box)
{
    private const double LineHeight = 16;
    private static readonly string[] s_dashes = ["none", "7 3", "2 3", "9 3 2 3", "1 2", "12 4"];

    private readonly List<XElement> _content = [];

    /// <summary>The drawing.</summary>
    /// <param name="description">What it shows in one or two sentences with figures, for those who cannot see it.</param>
    public XElement Render(string description)
        => Element("svg", ("viewBox", FormattableString.Invariant($"0 0 {box.Width} {box.Height}")), ("role", "img"),
            Element("title", title), Element("desc", description), _content);

    /// <summary>Adds a piece; null is nothing.</summary>
    public Chart Add(XElement? piece)
    {
        if (piece is not null)
            _content.Add(piece);
        return this;
    }

    /// <summary>Adds pieces.</summary>
    public Chart Add(IEnumerable<XElement> pieces)
    {
        _content.AddRange(pieces);
        return this;
    }

    /// <summary>Values along the lower edge, with lines across where asked for.</summary>
    public Chart XTicks(ChartAxis x, int about, Func<double, string> text, bool lines = false)
    {
        foreach (double tick in x.Ticks(about))
        {
            if (lines)
                Line("grid", x.At(tick), box.Top, x.At(tick), box.PlotBottom);
            Text(text(tick), x.At(tick), box.PlotBottom + 18, "middle");
        }
        return this;
    }

    /// <summary>Values along the left edge, with lines across unless they would hide what is there.</summary>
    public Chart YTicks(ChartAxis y, int about, Func<double, string> text, bool lines = true)
    {
        foreach (double tick in y.Ticks(about))
        {
            if (lines)
                Line("grid", box.Left, y.At(tick), box.PlotRight, y.At(tick));
            Text(text(tick), box.Left - 6, y.At(tick) + 4, "end");
        }
        return this;
    }

    /// <summary>What the horizontal axis shows.</summary>
    public Chart XTitle(string text) => Text(text, (box.Left + box.PlotRight) / 2, box.Height - 6, "middle");

    /// <summary>What the vertical axis shows.</summary>
    public Chart YTitle(string text) => Add(Element("text", ("class", "tick"), ("text-anchor", "middle"),
        ("transform", $"translate(13 {Coordinate((box.Top + box.PlotBottom) / 2)}) rotate(-90)"), text));

    /// <summary>A heading above the plot area.</summary>
    public Chart Heading(string text) => Text(text, box.Left, 14, "start", "strong");

    /// <summary>A text whose anchor (start, middle or end) is at a point.</summary>
    public Chart Text(string text, double x, double y, string anchor, string kind = "tick")
        => Add(Element("text", ("class", kind), ("x", x), ("y", y), ("text-anchor", anchor), text));

    /// <summary>A straight line.</summary>
    public Chart Line(string kind, double x1, double y1, double x2, double y2)
        => Add(Element("line", ("class", kind), ("x1", x1), ("y1", y1), ("x2", x2), ("y2", y2)));

    /// <summary>Bars from the axis' start, one a value, side by side over the whole width.</summary>
    public Chart Bars(IReadOnlyList<double> values, ChartAxis x, ChartAxis y, string kind)
    {
        double width = (x.End - x.Start) / values.Count;
        for (int i = 0; i < values.Count; i++)
            if (values[i] > 0)
                Add(Element("rect", ("class", kind), ("x", x.Start + i * width + 0.5), ("width", width - 1),
                    ("y", Math.Min(y.At(values[i]), y.Start)), ("height", Math.Abs(y.At(values[i]) - y.Start))));
        return this;
    }

    /// <summary>A curve through points. Several are told apart by colour and by dashes, after their number.</summary>
    public Chart Curve(IEnumerable<(double X, double Y)> points, ChartAxis x, ChartAxis y, int number = 0)
        => Add(Element("polyline", ("class", $"curve series-{number % s_dashes.Length}"), ("style", $"stroke-dasharray: {s_dashes[number % s_dashes.Length]}"),
            ("points", string.Join(' ', points.Select(p => $"{Coordinate(x.At(p.X))},{Coordinate(y.At(p.Y))}")))));

    /// <summary>A mark around a point.</summary>
    public Chart Mark(ChartMark mark, double x, double y, double radius = 5) => Add(mark switch
    {
        ChartMark.Circle => Element("circle", ("class", "mark"), ("cx", x), ("cy", y), ("r", radius)),
        ChartMark.Square => Element("rect", ("class", "mark"), ("x", x - radius), ("y", y - radius), ("width", 2 * radius), ("height", 2 * radius)),
        _ => Element("path", ("class", "mark"), ("d",
            $"M{Coordinate(x - radius)} {Coordinate(y - radius)}l{Coordinate(2 * radius)} {Coordinate(2 * radius)}m0 {Coordinate(-2 * radius)}l{Coordinate(-2 * radius)} {Coordinate(2 * radius)}")),
    });

    /// <summary>What the marks mean, a line each, from a point down.</summary>
    public Chart Legend(double x, double y, params ReadOnlySpan<(ChartMark Mark, string Text)> entries)
    {
        foreach (var (mark, text) in entries)
        {
            Mark(mark, x + 6, y - 4, 4.5).Text(text, x + 17, y, "start", "strong");
            y += LineHeight;
        }
        return this;
    }

    /// <summary>Texts at the right of the plot area, each as near to its own height as the others allow.</summary>
    public Chart EndLabels(IReadOnlyList<(string Text, double Y)> labels)
    {
        int[] order = [.. Enumerable.Range(0, labels.Count).OrderBy(i => labels[i].Y)];
        double[] at = [.. order.Select(i => labels[i].Y + 4)];
        for (int i = 1; i < at.Length; i++)
            at[i] = Math.Max(at[i], at[i - 1] + LineHeight - 3);
        double over = at.Length > 0 ? Math.Max(0, at[^1] - (box.Height - 2)) : 0;
        for (int i = 0; i < at.Length; i++)
            Text(labels[order[i]].Text, box.PlotRight + 6, at[i] - over, "start", $"series-text-{order[i] % s_dashes.Length}");
        return this;
    }
}
