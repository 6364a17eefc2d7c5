namespace DxmiMlNet.Images;

/// <summary>Which part of a data set an image belongs to, or which parts are asked for.</summary>
[Flags]
public enum InspectionSplit
{
    /// <summary>To learn from.</summary>
    Train = 1,

    /// <summary>To measure on.</summary>
    Test = 2,

    /// <summary>Both parts.</summary>
    All = Train | Test,
}
