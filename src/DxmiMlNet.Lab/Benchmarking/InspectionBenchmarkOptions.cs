using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Images;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>What to compare.</summary>
public sealed record InspectionBenchmarkOptions
{
    /// <summary>Folders or CSV files as <see cref="Images.InspectionDataset.Read"/> takes them; each has another name.</summary>
    public required IReadOnlyList<string> Data { get; init; }

    /// <summary>The backbones, each with another name.</summary>
    public required IReadOnlyList<BenchmarkBackbone> Backbones { get; init; }

    /// <summary>Some of <see cref="InspectionBenchmark.Methods"/>.</summary>
    public IReadOnlyList<string> Methods { get; init; } = InspectionBenchmark.Methods;

    /// <summary>Folder for the results: rows.jsonl grows while it runs, and a row that is in it is not measured again.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>How often everything is repeated, 1 or more: with the seeds 1, 2, ... for split and training.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>
    /// Height and width in pixels that images are resized to; a number is a square, 0 the backbone's own, <see cref="Features.ImageSize.Auto"/> keeps the shape of each
    /// data set's good training images.
    /// </summary>
    public ImageSize ImageSize { get; init; } = ImageSize.Auto;

    /// <summary>Height and width in pixels of overlapping tiles that the resized image is cut into; 0 for the whole image at once.</summary>
    public int TileSize { get; init; }

    /// <summary>Fewest pixels that neighbouring tiles share.</summary>
    public int TileOverlap { get; init; } = PatchFeatureEstimator.DefaultTileOverlap;

    /// <summary>The promised share of good parts that may be rejected, above 0 and below 1.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>One model a category, one for all, or both.</summary>
    public BenchmarkMode Mode { get; init; } = BenchmarkMode.Separate;

    /// <summary>Threads of the trainers, 1 or more.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Where networks train: "cpu", "cuda", or "auto".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Multiplies the iterations of the networks' training, above 0.</summary>
    public double Effort { get; init; } = 1;

    /// <exception cref="ArgumentOutOfRangeException">A setting is out of range.</exception>
    internal void Check()
    {
        Require(Data.Count > 0, "There is no data set to measure on", "One or more were expected", "Name a folder");
        Require(Backbones.Count > 0, "There is no backbone", "One or more were expected", "Name one");
        Require(Backbones.Select(b => b.Name).Distinct().Count() == Backbones.Count, $"Two of the backbones {Join(Backbones.Select(b => b.Name))} have the same name",
            "Different names were expected", "Name each once");
        Require(Methods.Count > 0 && Methods.All(InspectionBenchmark.Methods.Contains) && Methods.Distinct().Count() == Methods.Count,
            $"The methods are '{Join(Methods)}'", $"One or more of {Join(InspectionBenchmark.Methods)} were expected", "Name each once");
        Require(Seeds >= 1, $"The number of seeds is {Seeds}", "1 or more was expected", "3 are usual");
        Require(Threads >= 1, $"The number of threads is {Threads}", "1 or more was expected", "Leave it out");
        Require(Alpha is > 0 and < 1, $"alpha is {Alpha}", "It is the largest share of good parts that may be rejected, above 0 and below 1", "0.05 is usual");
        Require(Effort > 0 && double.IsFinite(Effort), $"The effort is {Effort}", "A finite number above 0 was expected", "1 is what published figures are measured with");
        Require(Mode is >= BenchmarkMode.Separate and <= BenchmarkMode.Both,
            $"The mode is {Mode}", "Separate, Unified or Both was expected", "Choose one of them");

        static string Join(IEnumerable<string> names) => string.Join(", ", names);

        static void Require(bool holds, string what, string expected, string remedy)
        {
            if (!holds)
                throw new ArgumentOutOfRangeException("options", FormattableString.Invariant($"{what}. {expected}. {remedy}."));
        }
    }

    /// <summary>What describes patches: one image at a time, as a station would.</summary>
    /// <param name="backbone">The backbone.</param>
    /// <param name="good">The good images to train on.</param>
    internal PatchFeatureEstimator.Options Features(BackboneDescription backbone, IEnumerable<InspectionItem> good)
    {
        var size = ImageSize.Resolve(backbone, UsableImages.Sizes(good));
        return new()
        {
            Backbone = backbone,
            ImageHeight = size.Height,
            ImageWidth = size.Width,
            TileSize = TileSize,
            TileOverlap = TileOverlap,
            BatchSize = 1,
        };
    }

    /// <summary>The training options that decide how many good images are held back.</summary>
    internal InspectionTrainingOptions Training => new() { Alpha = Alpha };
}
