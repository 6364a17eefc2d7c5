using DxmiMlNet;
using DxmiMlNet.Evaluation;

namespace Microsoft.ML;

/// <summary>How well scored images match the truth.</summary>
public static class InspectionEvaluationCatalog
{
    /// <summary>
    /// Computes image, pixel and decision metrics of scored images, overall and by type of defect, exactly and in one pass over the data. An
    /// optional column that goes by its default name is used when the data has it; one that is given another name must be there; null leaves it out.
    /// </summary>
    /// <param name="catalog">The anomaly detection catalog.</param>
    /// <param name="scored">One row an image.</param>
    /// <param name="labelColumnName">The truth: Boolean, or Single with 0 for good and 1 for anomalous.</param>
    /// <param name="scoreColumnName">The anomaly score: Single, higher is more anomalous.</param>
    /// <param name="predictedLabelColumnName">Optional: the decision, Boolean, true for rejected.</param>
    /// <param name="mapColumnName">Optional: the anomaly map, Vector of Single, [height, width]; pixel metrics need it and the masks.</param>
    /// <param name="maskPathColumnName">
    /// Optional: the file of the ground-truth mask, Text. An anomalous image without one counts in the image metrics only; good images need none.
    /// </param>
    /// <param name="defectTypeColumnName">Optional: the type of defect, Text; without it all anomalous images are of type "anomaly".</param>
    /// <param name="resolution">
    /// Side of the square in pixels at which maps and masks are compared, positive: maps are resized bilinearly, masks to the nearest pixel.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type, or the resolution is not positive.</exception>
    /// <exception cref="DxmiException">A score or map is not finite, a label is NaN, or a mask cannot be read or has another size than its image.</exception>
    public static InspectionMetrics EvaluateInspection(this AnomalyDetectionCatalog catalog, IDataView scored, string labelColumnName = "Label",
        string scoreColumnName = "Score", string? predictedLabelColumnName = "PredictedLabel", string? mapColumnName = "AnomalyMap",
        string? maskPathColumnName = "MaskPath", string? defectTypeColumnName = "DefectType", int resolution = 224)
        => catalog.EvaluateInspection(scored, new InspectionEvaluationOptions
        {
            LabelColumnName = labelColumnName,
            ScoreColumnName = scoreColumnName,
            PredictedLabelColumnName = predictedLabelColumnName,
            MapColumnName = mapColumnName,
            MaskPathColumnName = maskPathColumnName,
            DefectTypeColumnName = defectTypeColumnName,
            Resolution = resolution,
        });

    /// <summary>Computes image, pixel and decision metrics of scored images, overall and by type of defect, exactly and in one pass over the data.</summary>
    /// <param name="catalog">The anomaly detection catalog.</param>
    /// <param name="scored">One row an image.</param>
    /// <param name="options">Which columns to read, and the resolution.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type, or the resolution is not positive.</exception>
    /// <exception cref="DxmiException">A score or map is not finite, a label is NaN, or a mask cannot be read or has another size than its image.</exception>
    public static InspectionMetrics EvaluateInspection(this AnomalyDetectionCatalog catalog, IDataView scored, InspectionEvaluationOptions options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var evaluator = new InspectionEvaluator(options.Resolution, options.Resolution);
        foreach (var image in new ScoredImages(scored, options).Read())
            evaluator.Add(image);
        return evaluator.Compute();
    }
}
