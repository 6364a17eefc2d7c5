using static TorchSharp.torch;

namespace DxmiMlNet.Detection.Parts;

/// <summary>
/// Whitening of projected patches, with statistics of its own for every position of the grid: z = (y - mean_p) transform_p, so that good parts
/// have mean 0 and covariance I at every position. Where positions do not matter, all have the same statistics.
/// </summary>
/// <param name="Mean">[P, K].</param>
/// <param name="Transform">[P, K, K]; transform transform^T is the inverse covariance.</param>
/// <param name="Positions">P.</param>
/// <param name="Components">K.</param>
/// <param name="IsShared">Whether all positions have the same statistics.</param>
/// <param name="Choice">Which statistics were chosen, in words.</param>
internal sealed record PatchWhitening(float[] Mean, float[] Transform, int Positions, int Components, bool IsShared, string Choice)
{
    /// <summary>Mean [P, K] and transform [P, K, K]; the caller's to dispose of.</summary>
    public (Tensor Mean, Tensor Transform) ToTensors() => (tensor(Mean, [Positions, Components]), tensor(Transform, [Positions, Components, Components]));
}
