using DxmiMlNet.Files;


namespace DxmiMlNet.Lab.Pictures;

/// <summary>One row of the images' table: a sampler before or after DxMI. What is no number is null.</summary>
internal sealed record ImageRow
{
    public const string Before = "before", After = "after";

    public required string Start { get; init; }
    public required int Steps { get; init; }
    public required string Phase { get; init; }
    public required int Seed { get; init; }
    public double? KernelDistance { get; init; }
    public double? FrechetDistance { get; init; }
    public double? Recall { get; init; }

    /// <summary>Of pretraining for a sampler before DxMI, of DxMI for one after it.</summary>
    public required double Seconds { get; init; }

    /// <summary>At which iteration DxMI diverged and why, else null; the figures are then those of the networks as they stood.</summary>
    public string? Diverged { get; init; }

    public static ImageRow Of(ImageRun run, string phase, ImageDistances distances, double seconds, string? diverged = null) => new()
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
