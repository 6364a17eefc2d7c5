using DxmiMlNet.Diffusion.Networks;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>What of the experiments on pictures is run.</summary>
public sealed record PicturesOptions
{
    /// <summary>Folder to write to; runs that it holds already are kept.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>Photographs of good parts to learn crops of, held-out ones in test/good; null for a generated texture.</summary>
    public string? Data { get; init; }

    /// <summary>The generated texture, of <see cref="Synthesis.SyntheticTexture.Kinds"/>.</summary>
    public string Texture { get; init; } = "woven-fabric";

    /// <summary>Shape of a crop; sides are multiples of 8.</summary>
    public ImageShape Shape { get; init; } = new(1, 32, 32);

    /// <summary>How many pixels of a photograph, along a side, become one of a crop; 1 or more.</summary>
    public int Shrink { get; init; } = 2;

    /// <summary>What samplers are pretrained as.</summary>
    public IReadOnlyList<PictureStart> Starts { get; init; } = Enum.GetValues<PictureStart>();

    /// <summary>Generation steps T, each 2 or more.</summary>
    public IReadOnlyList<int> Steps { get; init; } = [4, 10];

    /// <summary>Runs of every kind, with the seeds 1 to this; 1 or more.</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Iterations of pretraining, 1 or more.</summary>
    public int PretrainingIterations { get; init; } = s_defaults.PretrainingIterations;

    /// <summary>Iterations of DxMI, 1 or more.</summary>
    public int Iterations { get; init; } = s_defaults.Iterations;

    /// <summary>Iterations of the conversion of every tuned sampler into a one-step generator; 0 for none.</summary>
    public int ConversionIterations { get; init; }

    /// <summary>Trajectories an iteration of DxMI, 1 or more; pretraining takes twice as many crops.</summary>
    public int BatchSize { get; init; } = s_defaults.BatchSize;

    /// <summary>Samples, and held-out crops, that are measured; 8 or more.</summary>
    public int Samples { get; init; } = 1000;

    /// <summary>Where to compute: "cpu", "cuda" or "auto".</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Threads to compute with, 1 or more.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    private static readonly PictureSettings s_defaults = new() { Shape = new ImageShape(1, 8, 8) };

    internal PictureSettings Settings(int seed) => new()
    {
        Shape = Shape,
        Seed = seed,
        PretrainingIterations = PretrainingIterations,
        Iterations = Iterations,
        ConversionIterations = ConversionIterations,
        BatchSize = BatchSize,
    };
}
