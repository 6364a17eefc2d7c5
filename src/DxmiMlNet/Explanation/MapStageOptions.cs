using DxmiMlNet.Columns;
using DxmiMlNet.Pipeline;

namespace DxmiMlNet.Explanation;

/// <summary>The settings that <c>DrawAnomalyMap</c> and <c>FindDefectRegions</c> share: with the same ones, outlines and regions agree.</summary>
public abstract class MapStageOptions
{
    private protected MapStageOptions(string outputColumnName)
    {
        OutputColumnName = outputColumnName;
    }

    /// <summary>The anomaly map: a vector of Single with dimensions [height, width].</summary>
    public string MapColumnName = "AnomalyMap";

    /// <summary>The original image.</summary>
    public string ImageColumnName = "Image";

    /// <summary>
    /// Used when the data has it: which patches are ignored, Vector of Boolean [height, width], as IgnoreRegions gives it. Nothing is learned from
    /// them and nothing is shown there. Null: do not look.
    /// </summary>
    public string? IgnoredColumnName = IgnoredColumn.DefaultName;

    /// <summary>The column to add.</summary>
    public string OutputColumnName;

    /// <summary>The share of good parts that may show a region, between 0 and 1, both excluded.</summary>
    public double Alpha = 0.05;

    /// <summary>Regions with fewer pixels of the original image are left out; 0 or more.</summary>
    public double MinimumArea = 16;

    /// <summary>
    /// 0 or false for good images, which alone are learned from; Single or Boolean. Null looks at none; the default may be absent.
    /// </summary>
    public string? LabelColumnName = LabelColumn.DefaultName;
}
