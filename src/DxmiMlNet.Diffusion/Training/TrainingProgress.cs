namespace DxmiMlNet.Diffusion.Training;

/// <summary>How far training is.</summary>
/// <param name="Phase">Name of the phase.</param>
/// <param name="Iteration">Iterations done of the phase.</param>
/// <param name="PhaseIterations">Iterations of the phase.</param>
/// <param name="Fraction">Share of the whole work that is done, 0 to 1.</param>
/// <param name="Elapsed">Time since the start.</param>
/// <param name="Remaining">Estimate of the time left; null while nothing is known.</param>
/// <param name="Metrics">Figures of the last iteration; null where there are none.</param>
public sealed record TrainingProgress(
    string Phase, int Iteration, int PhaseIterations, double Fraction, TimeSpan Elapsed, TimeSpan? Remaining, PhaseMetrics? Metrics);
