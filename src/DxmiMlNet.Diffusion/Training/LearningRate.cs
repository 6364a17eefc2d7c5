namespace DxmiMlNet.Diffusion.Training;

/// <summary>The factor of a learning rate over a phase: it falls from 1 along half a cosine.</summary>
internal static class LearningRate
{
    /// <summary>The usual factor at the end.</summary>
    public const double Final = 0.02;

    /// <summary>The factor at an iteration.</summary>
    /// <param name="iteration">0 to total - 1.</param>
    /// <param name="total">Iterations of the phase.</param>
    /// <param name="final">The factor at the end, 0 to 1.</param>
    public static double Cosine(int iteration, int total, double final = Final) => final + (1 - final) * 0.5 * (1 + Math.Cos(Math.PI * iteration / Math.Max(1, total)));

    /// <summary>A factor that rises to 1 over the first iterations.</summary>
    /// <param name="iteration">0 or more.</param>
    /// <param name="length">How many; 0 for none.</param>
    public static double Ramp(int iteration, int length) => Math.Min(1, (iteration + 1.0) / Math.Max(1, length));
}
