namespace DxmiMlNet.Diffusion.Training;

/// <summary>A phase to come.</summary>
/// <param name="Iterations">Its iterations.</param>
/// <param name="RelativeCost">What an iteration costs in units of any other phase's: the estimate of the time left uses it until the phase runs.</param>
/// <param name="Create">Makes the phase when it is its turn, from the networks as they then are.</param>
public sealed record TrainingStage(int Iterations, double RelativeCost, Func<ITrainingPhase> Create);
