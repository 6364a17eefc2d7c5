namespace DxmiMlNet.Reports;

/// <summary>The size of a drawing and the margins around its plot area, in its own units; texts are 12 high.</summary>
internal sealed record ChartBox(double Width, double Height, double Left, double Right, double Top, double Bottom)
{
    /// <summary>Where the plot area ends.</summary>
    public double PlotRight => Width - Right;

    /// <summary>The lower edge of the plot area.</summary>
    public double PlotBottom => Height - Bottom;

    /// <summary>The horizontal axis of values.</summary>
    public ChartAxis X(double from, double to) => new(from, to, Left, PlotRight);

    /// <summary>The vertical axis of values, upwards.</summary>
    public ChartAxis Y(double from, double to) => new(from, to, PlotBottom, Top);
}
