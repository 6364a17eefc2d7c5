namespace DxmiMlNet.Diffusion.Training;

/// <summary>Settings of a pretraining phase.</summary>
public sealed record PretrainingOptions
{
    /// <summary>Iterations.</summary>
    public int Iterations { get; init; } = 2000;

    /// <summary>Samples an iteration.</summary>
    public int BatchSize { get; init; } = 256;
}
