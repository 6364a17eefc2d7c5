using DxmiMlNet.Diffusion.Training;

namespace DxmiMlNet.Lab.Densities;

/// <summary>A phase whose checkpoints hold its curves, too: a stopped training goes on with all of them.</summary>
/// <param name="phase">The phase; disposed with this.</param>
/// <param name="curves">Its curves, which somebody else fills.</param>
internal sealed class RecordedPhase(ITrainingPhase phase, TrainingCurves curves) : ITrainingPhase
{
    public string Name => phase.Name;

    public int Iterations => phase.Iterations;

    public void Iterate(int iteration) => phase.Iterate(iteration);

    public PhaseMetrics Check(int iteration) => phase.Check(iteration);

    public void Finish() => phase.Finish();

    // Binary format: the phase's, then the curves.
    public void Write(BinaryWriter writer)
    {
        phase.Write(writer);
        curves.Write(writer);
    }

    public void Read(BinaryReader reader)
    {
        phase.Read(reader);
        curves.Read(reader);
    }

    public void Dispose() => phase.Dispose();
}
