namespace DxmiMlNet.Diffusion.Training;

/// <summary>Training has diverged: no model comes of it.</summary>
public sealed class DivergedException(string phase, int iteration, string reason) : DxmiException(
    $"Training diverged in phase '{phase}' at iteration {iteration}: {reason}.",
    "Finite losses and samples about as spread as the data were expected.",
    "Lower the energy's learning rate, or raise the entropy weight tau, and train again; check the data for constant or extreme values.")
{
    /// <summary>The phase that diverged.</summary>
    public string Phase { get; } = phase;

    /// <summary>The iteration at which it was noticed.</summary>
    public int Iteration { get; } = iteration;
}
