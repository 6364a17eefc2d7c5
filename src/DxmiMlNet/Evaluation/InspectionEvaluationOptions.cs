namespace DxmiMlNet.Evaluation;

/// <summary>
/// Which columns an evaluation reads. An optional column that goes by its default name is used when the data has it; one that was given
/// another name must be there; null leaves it out.
/// </summary>
public sealed class InspectionEvaluationOptions
{
    internal static readonly InspectionEvaluationOptions Defaults = new();

    /// <summary>The truth: Boolean, or Single with 0 for good and 1 for anomalous.</summary>
    public string LabelColumnName = "Label";

    /// <summary>The anomaly score: Single, higher is more anomalous.</summary>
    public string ScoreColumnName = "Score";

    /// <summary>Optional: the decision, Boolean, true for rejected.</summary>
    public string? PredictedLabelColumnName = "PredictedLabel";

    /// <summary>Optional: the anomaly map, Vector of Single, [height, width]; pixel metrics need it and the masks.</summary>
    public string? MapColumnName = "AnomalyMap";

    /// <summary>Optional: the file of the ground-truth mask, Text; empty where there is none.</summary>
    public string? MaskPathColumnName = "MaskPath";

    /// <summary>Optional: the type of defect, Text; without it all anomalous images are of type "anomaly".</summary>
    public string? DefectTypeColumnName = "DefectType";

    /// <summary>Optional: the image's file, Text; names the image in messages, and a mask must have the size of its image.</summary>
    public string? ImagePathColumnName = "ImagePath";

    /// <summary>Optional: which patches of the map are ignored, Vector of Boolean [height, width]; their pixels count in no pixel metric.</summary>
    public string? IgnoredColumnName = "Ignored";

    /// <summary>Side of the square in pixels at which maps and masks are compared, positive: maps are resized bilinearly, masks to the nearest pixel.</summary>
    public int Resolution = 224;
}
