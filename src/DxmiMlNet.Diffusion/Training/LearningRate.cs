namespace DxmiMlNet.Diffusion.Training;

/// <summary>How a learning rate changes over a phase of training.</summary>
public enum RateSchedule
{
    /// <summary>It stays as it is.</summary>
    Constant,

    /// <summary>It falls along half a cosine to a fraction of its start.</summary>
    Cosine,
}

/// <summary>The factor of a learning rate over a phase.</summary>
public static class LearningRate
{
    /// <summary>The factor at an iteration: 1 at the start; with <see cref="RateSchedule.Cosine"/> <paramref name="final"/> at the end.</summary>
    /// <param name="schedule">Kind of schedule.</param>
    /// <param name="iteration">0 to total - 1.</param>
    /// <param name="total">Iterations of the phase.</param>
    /// <param name="final">The factor at the end, 0 to 1.</param>
    public static double Factor(RateSchedule schedule, int iteration, int total, double final)
        => schedule == RateSchedule.Constant ? 1 : final + (1 - final) * 0.5 * (1 + Math.Cos(Math.PI * iteration / Math.Max(1, total)));
}
