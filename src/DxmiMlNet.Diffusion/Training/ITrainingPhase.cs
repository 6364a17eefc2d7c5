namespace DxmiMlNet.Diffusion.Training;

/// <summary>A part of training with a fixed number of iterations, run by <see cref="TrainingRun"/>.</summary>
public interface ITrainingPhase : IDisposable
{
    /// <summary>Name for progress and error texts.</summary>
    string Name { get; }

    /// <summary>Number of iterations.</summary>
    int Iterations { get; }

    /// <summary>One iteration.</summary>
    /// <param name="iteration">0 to Iterations - 1.</param>
    void Iterate(int iteration);

    /// <summary>The figures of the last iteration.</summary>
    /// <param name="iteration">The iteration they belong to.</param>
    /// <exception cref="DivergedException">Training has diverged.</exception>
    PhaseMetrics Check(int iteration);

    /// <summary>Called once after the last iteration.</summary>
    void Finish();

    /// <summary>Writes what the remaining iterations depend on, beside the parameters and the generator.</summary>
    void Write(BinaryWriter writer);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    void Read(BinaryReader reader);
}

/// <summary>Named figures of an iteration, in an order that suits a table.</summary>
public sealed class PhaseMetrics(params (string Name, double Value)[] values)
{
    /// <summary>The figures.</summary>
    public IReadOnlyList<(string Name, double Value)> Values { get; } = values;

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Values.Select(v => FormattableString.Invariant($"{v.Name} {v.Value:G4}")));
}
