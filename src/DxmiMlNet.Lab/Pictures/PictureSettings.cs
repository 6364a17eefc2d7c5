using DxmiMlNet.Diffusion.Networks;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>How samplers of images are trained. The defaults take minutes on a few cores at 32 x 32.</summary>
public sealed record PictureSettings
{
    /// <summary>Shape of an image.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>Decides everything random.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Iterations of pretraining as a DDPM or an EDM.</summary>
    public int PretrainingIterations { get; init; } = 1000;

    /// <summary>Iterations of DxMI at T = 4; at other T as many as take the same time (<see cref="IterationsAt"/>).</summary>
    public int Iterations { get; init; } = 400;

    /// <summary>Iterations of the conversion to one step; 0 for none.</summary>
    public int ConversionIterations { get; init; }

    /// <summary>Trajectories an iteration of DxMI; pretraining takes twice as many images.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Iterations of DxMI with T steps: an iteration's time is in proportion to T + 16 or so, its rollout being T passes of the U-Net beside the energy's steps.</summary>
    public int IterationsAt(int steps) => Math.Max(1, Iterations * 20 / (steps + 16));
}
