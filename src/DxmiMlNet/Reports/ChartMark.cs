namespace DxmiMlNet.Reports;

/// <summary>The shape of a mark: what it means must be readable without colour.</summary>
internal enum ChartMark
{
    /// <summary>An open circle.</summary>
    Circle,

    /// <summary>An open square.</summary>
    Square,

    /// <summary>A cross.</summary>
    Cross,
}
