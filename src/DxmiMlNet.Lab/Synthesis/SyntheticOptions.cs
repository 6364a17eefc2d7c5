namespace DxmiMlNet.Lab.Synthesis;

/// <summary>How the photographs of a set are stored; masks are always PNG.</summary>
public enum SyntheticImageFormat
{
    /// <summary>Lossless, about 150 KB for 256 x 256.</summary>
    Png,

    /// <summary>JPEG of <see cref="SyntheticOptions.JpegQuality"/>, about a sixth of that.</summary>
    Jpeg,
}

/// <summary>What set to generate and where.</summary>
public sealed record SyntheticOptions
{
    /// <summary>One of <see cref="SyntheticTexture.Kinds"/>: "brushed-metal", "woven-fabric", "printed-board", "cast-surface".</summary>
    public required string Kind { get; init; }

    /// <summary>The folder to make. It must not exist yet, or be empty.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>The product and all its parts; the same seed gives the same set on every platform. 1 unless told.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Width and height in pixels, 32 to 4096. 256 unless told.</summary>
    public int ImageSize { get; init; } = 256;

    /// <summary>Good images to learn from, at least 1. 200 unless told.</summary>
    public int TrainGood { get; init; } = 200;

    /// <summary>Good images to test with, from 0. 60 unless told.</summary>
    public int TestGood { get; init; } = 60;

    /// <summary>Defective images for each defect of the kind, from 0. 30 unless told.</summary>
    public int TestPerDefect { get; init; } = 30;

    /// <summary>How the photographs are stored. PNG unless told.</summary>
    public SyntheticImageFormat Format { get; init; } = SyntheticImageFormat.Png;

    /// <summary>JPEG quality, 1 to 100, where <see cref="Format"/> is JPEG. 92 unless told.</summary>
    public int JpegQuality { get; init; } = 92;
}

/// <summary>How far a set is.</summary>
/// <param name="Done">Images written.</param>
/// <param name="Total">Images in the whole set.</param>
public sealed record SyntheticProgress(int Done, int Total);
