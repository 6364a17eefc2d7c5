namespace DxmiMlNet;

/// <summary>How a model came about, kept in its file.</summary>
public sealed record InspectionCard
{
    /// <summary>The method of detection: "dxmi", "patchcore", "padim", or the name of one's own.</summary>
    public required string Method { get; init; }

    /// <summary>Version of DxmiMlNet that trained it.</summary>
    public required string Version { get; init; }

    /// <summary>The day of training, UTC. Not the time: the same training gives the same bytes.</summary>
    public required DateOnly TrainedOn { get; init; }

    /// <summary>The seed of training.</summary>
    public required int Seed { get; init; }

    /// <summary>Images that the detector was fitted on.</summary>
    public required int FittingImages { get; init; }

    /// <summary>Good images that the decisions were calibrated on when it was trained.</summary>
    public required int CalibrationImages { get; init; }

    /// <summary>The day on which the decisions were last calibrated, UTC.</summary>
    public required DateOnly CalibratedOn { get; init; }

    /// <summary>A few small images of good parts and the scores that the model gives them: whoever loads, exports or moves it can see whether it still does.</summary>
    public IReadOnlyList<InspectionReference> References { get; init; } = [];
}

/// <summary>An image that stands for how a model scores.</summary>
/// <param name="Png">The image, a PNG file.</param>
/// <param name="Score">The score that the model gave it.</param>
public sealed record InspectionReference(ReadOnlyMemory<byte> Png, float Score);
