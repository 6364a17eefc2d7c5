using DxmiMlNet.Diffusion.Training;

namespace DxmiMlNet.Diffusion.Tests.Training;

internal static class TrainingPhases
{
    /// <summary>Runs a phase from its first iteration to its end, and disposes it.</summary>
    public static void RunToEnd(this ITrainingPhase phase)
    {
        using (phase)
        {
            for (int i = 0; i < phase.Iterations; i++)
                phase.Iterate(i);
            phase.Check(phase.Iterations);
            phase.Finish();
        }
    }
}
