using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Values;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Samplers;

/// <summary>
/// Guidance by the value at generation: after every step x_{t+1} moves down the cost to come, x - scale sigma_t D grad V(x, t+1), V(., T) being the energy. V is
/// per dimension, and D times it the cost of the whole sample. More guidance gives samples that are more likely and less varied.
/// </summary>
/// <param name="energy">E.</param>
/// <param name="value">V, of as many steps as the sampler.</param>
/// <param name="scale">0 for none.</param>
public sealed class ValueGuidance(Energy energy, ValueNetwork value, double scale)
{
    /// <summary>The moved x_{t+1}, [B, D].</summary>
    /// <param name="next">x_{t+1}, [B, D].</param>
    /// <param name="t">The step that led there.</param>
    /// <param name="sigma">sigma_t, [1].</param>
    internal Tensor Move(Tensor next, int t, Tensor sigma)
    {
        using var scope = NewDisposeScope();
        using var _ = enable_grad();
        var x = next.detach().requires_grad_(true);
        var costs = t + 1 < value.Steps ? value.Evaluate(x, t + 1) : energy.Evaluate(x);
        var slope = autograd.grad([costs.sum()], [x])[0].Times(x.shape[1]);
        return next.detach().Minus(sigma.detach() * slope.Times(scale)).MoveToOuterDisposeScope();
    }
}
