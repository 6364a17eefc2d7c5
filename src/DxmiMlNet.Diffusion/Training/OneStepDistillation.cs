using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Samplers;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// Converts a sampler of T steps into a one-step generator g: minimise mean((g(noise) - x_T)^2), x_T being where the same noise leads the sampler. Over the second
/// half of the iterations the energy, which has learned what is likely, tunes the generator: a sample whose energy is above its trajectory's is pushed down by
/// w max(0, E(g(noise)) - E(x_T)). Where a regression is not sure it ends between the modes, and there the energy is high; a sample that is as likely as its
/// trajectory's end is left alone, so that the energy does not draw all of them to its lowest point.
/// </summary>
/// <param name="sampler">The sampler of T steps; it stays as it is.</param>
/// <param name="energy">E; it stays as it is.</param>
/// <param name="student">g.</param>
/// <param name="energyWeight">w, 0 for regression alone.</param>
/// <param name="options">Settings.</param>
/// <param name="generator">Draws the noise.</param>
public sealed class OneStepDistillation(Sampler sampler, Energy energy, OneStepGenerator student, double energyWeight, PretrainingOptions options, Generator generator)
    : LossPhase(student.Parameters, options, generator)
{
    /// <inheritdoc/>
    public override string Name => "conversion to one step";

    /// <inheritdoc/>
    protected override Tensor Loss(int iteration)
    {
        var noise = student.Noise(BatchSize, Generator);
        var end = sampler.Follow(noise);
        var made = student.Generate(noise);
        var loss = made.Minus(end).Squared().mean();
        if (energyWeight == 0 || iteration < Iterations / 2)
            return loss;
        Tensor likely;
        using (no_grad())
            likely = energy.Evaluate(end);
        return loss.Plus(energy.Evaluate(made).Minus(likely).Positive().mean().Times(energyWeight));
    }
}
