using DxmiMlNet.Evaluation;

namespace DxmiMlNet.Lab.Benchmarking;

/// <summary>One measurement: a method on a category, as a whole or for one kind of defect. What the images leave undefined is null, and so are
/// pixel metrics without masks and for methods without map.</summary>
/// <param name="Dataset">Name of the data set: of its folder.</param>
/// <param name="Category">Kind of part; of a data set with folds, the fold.</param>
/// <param name="Defect">Kind of defect, against all good images; empty for the whole category.</param>
/// <param name="Mode">"separate" for a model of this category, "unified" for one of all categories.</param>
/// <param name="Backbone">Name of the backbone.</param>
/// <param name="Method">Name of the method.</param>
/// <param name="Seed">Seed of split and training.</param>
public sealed record BenchmarkRow(string Dataset, string Category, string Defect, string Mode, string Backbone, string Method, int Seed) : MetricSet
{
    /// <summary>Anomalous test images.</summary>
    public int Anomalous { get; init; }

    /// <summary>Images of the category that could not be used.</summary>
    public int Failed { get; init; }

    /// <summary>Seconds that the fit took, with reading the stored features and without computing them.</summary>
    public double FitSeconds { get; init; }

    /// <summary>Milliseconds from image file to score, median: decoding, backbone, detector.</summary>
    public double MsPerImage { get; init; }

    /// <summary>The detector's part of <see cref="MsPerImage"/>.</summary>
    public double DetectorMsPerImage { get; init; }

    /// <summary>Bytes of the saved model, backbone and detector.</summary>
    public long ModelBytes { get; init; }

    /// <summary>The detector's part of <see cref="ModelBytes"/>.</summary>
    public long DetectorBytes { get; init; }

    /// <summary>Most memory that the process held while it was fitted and tested, in units of 2^20 bytes.</summary>
    public double PeakMemoryMb { get; init; }

    /// <summary>What settings and data this was measured with: rows of other fingerprints are not mixed.</summary>
    public string Fingerprint { get; init; } = "";
}
