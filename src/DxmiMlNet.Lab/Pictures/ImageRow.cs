using DxmiMlNet.Files;


namespace DxmiMlNet.Lab.Pictures;

/// <summary>One row of the images' table: a sampler before or after DxMI. What is no number is null.</summary>
public sealed record ImageRow
{
    /// <summary>The phases.</summary>
    public const string Before = "before", After = "after", OneStep = "one step";

    /// <summary>What the sampler was pretrained as: "ddpm" or "edm".</summary>
    public required string Start { get; init; }
    /// <summary>Generation steps T.</summary>
    public required int Steps { get; init; }
    /// <summary><see cref="Before"/> or <see cref="After"/> DxMI, or then converted to <see cref="OneStep"/>.</summary>
    public required string Phase { get; init; }
    /// <summary>The seed.</summary>
    public required int Seed { get; init; }
    /// <summary>Kernel distance between samples and held-out crops, on features of the package's backbone.</summary>
    public double? KernelDistance { get; init; }
    /// <summary>Frechet distance between samples and held-out crops, on the same features.</summary>
    public double? FrechetDistance { get; init; }
    /// <summary>Share of held-out crops with a sample among their neighbours.</summary>
    public double? Recall { get; init; }

    /// <summary>Of pretraining for a sampler before DxMI, of DxMI for one after it, of the conversion for one step.</summary>
    public required double Seconds { get; init; }

    /// <summary>At which iteration DxMI diverged and why, else null; the figures are then those of the networks as they stood.</summary>
    public string? Diverged { get; init; }

    internal static ImageRow Of(ImageRun run, string phase, ImageDistances distances, double seconds, string? diverged = null) => new()
    {
        Start = run.StartName,
        Steps = run.Steps,
        Phase = phase,
        Seed = run.Settings.Seed,
        KernelDistance = Rounded(distances.Kernel),
        FrechetDistance = Rounded(distances.Frechet),
        Recall = Rounded(distances.Recall),
        Seconds = Math.Round(seconds, 1),
        Diverged = diverged,
    };

    private static double? Rounded(double value) => JsonText.Number(value) is { } number ? Math.Round(number, 5) : null;
}
