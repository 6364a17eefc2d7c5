using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;

namespace DxmiMlNet;

/// <summary>How to make a model from photographs of good parts.</summary>
public sealed record InspectionTrainingOptions
{
    /// <summary>Describes patches; null for the backbone inside the package.</summary>
    public BackboneDescription? Backbone { get; init; }

    /// <summary>
    /// Height and width in pixels that images are resized to; a number is a square, 0 the backbone's own, <see cref="Features.ImageSize.Auto"/> keeps the shape of
    /// the training images. The model keeps it.
    /// </summary>
    public ImageSize ImageSize { get; init; } = ImageSize.Auto;

    /// <summary>
    /// Height and width in pixels of overlapping tiles that the resized image is cut into, for small defects in large images: 32 or more, a multiple
    /// of all strides of the backbone, below the image size; 0 for the whole image at once.
    /// </summary>
    public int TileSize { get; init; }

    /// <summary>Fewest pixels that neighbouring tiles share.</summary>
    public int TileOverlap { get; init; } = PatchFeatureEstimator.DefaultTileOverlap;

    /// <summary>Largest share of good parts that may be rejected, above 0 and below 1. It needs 1 / alpha - 1 images to calibrate on.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>Largest share of good parts that may be rejected or sent to review; null for twice <see cref="Alpha"/>.</summary>
    public double? ReviewAlpha { get; init; }

    /// <summary>Share of the images that is held back to calibrate on, above 0 and below 1; more where <see cref="Alpha"/> needs more.</summary>
    public double CalibrationShare { get; init; } = 0.2;

    /// <summary>
    /// 0 holds a share of the images back to calibrate on: the promise then holds exactly. K from 2 to 20, for few good images, lets every image both fit
    /// and calibrate: K detectors are fitted, each without one fold of consecutive photographs, and score the fold that they have not seen; those scores
    /// calibrate the detector that is shipped, which is fitted on all images. See the remarks of <see cref="InspectionTraining"/> for what that promises.
    /// Training takes K + 1 times as long.
    /// </summary>
    public int CrossFolds { get; init; }

    /// <summary>
    /// An image whose white pixels are ignored on all images, scaled to each; becomes part of the model. Null for none. Masks of single images are
    /// <see cref="Images.InspectionItem.IgnoreMaskPath"/>.
    /// </summary>
    public string? IgnoreMaskPath { get; init; }

    /// <summary>An image outside of whose white pixels all images are ignored; becomes part of the model. Null for none.</summary>
    public string? RoiPath { get; init; }

    /// <summary>Regions with fewer pixels of the photograph are not reported.</summary>
    public double MinimumArea { get; init; } = 16;

    /// <summary>Decides how the images are split and what the trainer draws: same seed, same machine, same threads, same model.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Threads of the trainer, 1 or more; its networks are small, and more than one seldom help.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Where the networks train: "cpu", "cuda", or "auto" for cuda where there is one.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Multiplies the iterations of the training: below 1 for a quick look, above 1 for more patience; above 0.</summary>
    public double Effort { get; init; } = 1;

    /// <summary>
    /// A file to which training is saved from time to time and from which a killed run continues; null for none. Beside it, with ".features" added to its name,
    /// lie the images' features, which a continued run does not compute again. All of it goes when the model is saved.
    /// </summary>
    public string? CheckpointPath { get; init; }

    /// <summary>Tells the day of training, which the model's file keeps.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>The method of detection, with settings of its own.</summary>
    public InspectionDetector Detector { get; init; } = InspectionDetector.Dxmi();
}
