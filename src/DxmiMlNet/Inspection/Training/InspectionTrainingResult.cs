using DxmiMlNet.Images;

namespace DxmiMlNet;

/// <summary>What came of training.</summary>
/// <param name="Model">The model; the caller disposes it.</param>
/// <param name="FittingImages">Images that the detector was fitted on.</param>
/// <param name="CalibrationImages">
/// Good images that the decisions were calibrated on: held back from the fit, or with cross-calibration all, each scored by a detector that had not seen it.
/// </param>
/// <param name="Failed">Images that could not be used.</param>
public sealed record InspectionTrainingResult(InspectionModel Model, int FittingImages, int CalibrationImages, IReadOnlyList<BadImage> Failed)
{
    /// <summary>Number of folds of a cross-calibration; 0 where images were held back.</summary>
    public int CrossFolds => Model.Calibration.CrossFolds;

    /// <summary>What a person should know of the images, as sentences: that they are of different sizes or proportions.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Images used.</summary>
    public int Images => CrossFolds > 0 ? FittingImages : FittingImages + CalibrationImages;
}
