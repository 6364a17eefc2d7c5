namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>What a DDPM's network predicts.</summary>
public enum DdpmPrediction
{
    /// <summary>The noise eps.</summary>
    Noise,

    /// <summary>The velocity v = sqrt(abar) eps - sqrt(1 - abar) x_data (Salimans and Ho 2022).</summary>
    Velocity,
}
