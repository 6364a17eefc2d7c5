using DxmiMlNet.Images;

namespace DxmiMlNet;

/// <summary>What came of training.</summary>
/// <param name="Model">The model; the caller disposes it.</param>
/// <param name="FittingImages">Images that the detector was fitted on.</param>
/// <param name="CalibrationImages">Good images, held back from the fit, that the decisions were calibrated on.</param>
/// <param name="Failed">Images that could not be used.</param>
public sealed record InspectionTrainingResult(InspectionModel Model, int FittingImages, int CalibrationImages, IReadOnlyList<BadImage> Failed);
