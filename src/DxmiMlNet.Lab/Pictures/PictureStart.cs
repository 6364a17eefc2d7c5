namespace DxmiMlNet.Lab.Pictures;

/// <summary>What a sampler of images is before DxMI.</summary>
public enum PictureStart
{
    /// <summary>A DDPM of 1000 levels, run in few steps at a converted schedule.</summary>
    Ddpm,

    /// <summary>An EDM, run in few stochastic steps.</summary>
    Edm,
}
