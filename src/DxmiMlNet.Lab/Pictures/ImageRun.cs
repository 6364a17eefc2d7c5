using DxmiMlNet.Lab.Pictures;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>One sampler that is trained: its start, its steps, its settings.</summary>
/// <param name="Start">What it is pretrained as.</param>
/// <param name="Steps">T; 0 for the pretraining itself.</param>
/// <param name="Settings">How it is trained.</param>
/// <param name="Data">The data's fingerprint.</param>
/// <param name="Samples">Images that are measured.</param>
internal sealed record ImageRun(PictureStart Start, int Steps, PictureSettings Settings, string Data, int Samples)
{
    // Raised where samplers come to be trained otherwise with the same settings: results of before are then not taken for results of now.
    private const int Method = 2;

    public string StartName => Start.ToString().ToLowerInvariant();

    /// <summary>A name of its own among the runs of an experiment, good for a folder.</summary>
    public string Key => $"{StartName}-{Steps}-seed{Settings.Seed}";

    /// <summary>All that its result depends on.</summary>
    public string Fingerprint => $"{Key}; {Settings.Shape.Channels} x {Settings.Shape.Height} x {Settings.Shape.Width}; data {Data}; "
        + $"{Settings.PretrainingIterations} and {Settings.Iterations} iterations of {Settings.BatchSize}; "
        + $"{(Settings.ConversionIterations == 0 ? "" : $"{Settings.ConversionIterations} to one step; ")}{Samples} samples; method {Method}";
}
