namespace DxmiMlNet;

/// <summary>What is worth knowing of a model: what <c>dxmi model info</c> prints.</summary>
public sealed record InspectionModelInfo
{
    /// <summary>The model's file, where it came from one.</summary>
    public string? File { get; init; }

    /// <summary>Bytes of the file.</summary>
    public long? Bytes { get; init; }

    /// <summary>SHA-256 of the file, in hexadecimal digits: names the model in records of what it decided.</summary>
    public string? Hash { get; init; }

    /// <summary>The method of detection; null for a chain composed by hand.</summary>
    public string? Method { get; init; }

    /// <summary>What was fitted, in words.</summary>
    public required string Summary { get; init; }

    /// <summary>Version of DxmiMlNet that trained it; null for a chain composed by hand.</summary>
    public string? Version { get; init; }

    /// <summary>The day of training, UTC; null for a chain composed by hand.</summary>
    public DateOnly? TrainedOn { get; init; }

    /// <summary>The day on which the decisions were last calibrated, UTC; null for a chain composed by hand.</summary>
    public DateOnly? CalibratedOn { get; init; }

    /// <summary>The seed of training; null for a chain composed by hand.</summary>
    public int? Seed { get; init; }

    /// <summary>Good images that the detector was fitted on; null for a chain composed by hand.</summary>
    public int? FittingImages { get; init; }

    /// <summary>Good images that the decisions rest on.</summary>
    public required int CalibrationImages { get; init; }

    /// <summary>Folds of a cross-calibration; 0 where the images were held back.</summary>
    public required int CrossFolds { get; init; }

    /// <summary>Kinds of parts with a calibration of their own; empty where all share one.</summary>
    public required IReadOnlyList<string> Categories { get; init; }

    /// <summary>Name of the backbone.</summary>
    public required string Backbone { get; init; }

    /// <summary>Licence of the backbone.</summary>
    public string? BackboneLicence { get; init; }

    /// <summary>Width in pixels that images are resized to.</summary>
    public required int ImageWidth { get; init; }

    /// <summary>Height in pixels that images are resized to.</summary>
    public required int ImageHeight { get; init; }

    /// <summary>Side of a tile in pixels; null where images are not cut.</summary>
    public int? TileSize { get; init; }

    /// <summary>Columns of patches.</summary>
    public required int PatchColumns { get; init; }

    /// <summary>Rows of patches.</summary>
    public required int PatchRows { get; init; }

    /// <summary>Values a patch.</summary>
    public required int PatchChannels { get; init; }

    /// <summary>Patches that are ignored on every image; null for a model without masks.</summary>
    public int? IgnoredPatches { get; init; }

    /// <summary>Largest share of good parts that are rejected.</summary>
    public required double Alpha { get; init; }

    /// <summary>Largest share of good parts that are rejected or sent to review.</summary>
    public required double ReviewAlpha { get; init; }

    /// <summary>The smallest score that is rejected; null where every kind of part has its own.</summary>
    public float? RejectThreshold { get; init; }

    /// <summary>The smallest score that does not pass; null where every kind of part has its own.</summary>
    public float? ReviewThreshold { get; init; }

    /// <summary>The value of the map from which pixels belong to a region.</summary>
    public required float PixelThreshold { get; init; }

    /// <summary>Regions with fewer pixels are not reported.</summary>
    public required double MinimumArea { get; init; }

    /// <summary>Images with known scores in the file.</summary>
    public int References { get; init; }

    internal static InspectionModelInfo Of(InspectionModel model)
    {
        var (features, calibration, card) = (model.Features, model.Calibration, model.Card);
        return new InspectionModelInfo
        {
            Method = card?.Method,
            Summary = model.Detector.Summary,
            Version = card?.Version,
            TrainedOn = card?.TrainedOn,
            CalibratedOn = card?.CalibratedOn,
            Seed = card?.Seed,
            FittingImages = card?.FittingImages,
            CalibrationImages = calibration.CalibrationCount,
            CrossFolds = calibration.CrossFolds,
            Categories = calibration.IsByCategory ? calibration.Categories : [],
            Backbone = features.Description.Name,
            BackboneLicence = features.Description.Licence,
            ImageWidth = features.ImageWidth,
            ImageHeight = features.ImageHeight,
            TileSize = features.TileSize > 0 ? features.TileSize : null,
            PatchColumns = features.Grid.Width,
            PatchRows = features.Grid.Height,
            PatchChannels = features.Grid.Channels,
            IgnoredPatches = model.Masks?.Ignored.Count(i => i),
            Alpha = calibration.Alpha,
            ReviewAlpha = calibration.ReviewAlpha,
            RejectThreshold = calibration.IsByCategory ? null : calibration.RejectThreshold,
            ReviewThreshold = calibration.IsByCategory ? null : calibration.ReviewThreshold,
            PixelThreshold = model.Regions.Threshold,
            MinimumArea = model.Regions.MinimumArea,
            References = card?.References.Count ?? 0,
        };
    }
}
