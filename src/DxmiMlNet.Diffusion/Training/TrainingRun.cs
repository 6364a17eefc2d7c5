using System.Diagnostics;
using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// Runs phases one after another: progress with the time left, cancellation between iterations, divergence checks, and checkpoints from
/// which a killed run continues to the same result. The phases share one generator, whose state a checkpoint holds.
/// </summary>
public sealed class TrainingRun
{
    private const int Magic = 0x44584D43;   // "DXMC"
    private const int Version = 1;

    private readonly Generator _generator;
    private readonly FlatParameters[] _parameters;
    private readonly TrainingStage[] _stages;
    private readonly string _fingerprint;

    /// <param name="generator">The generator that all phases draw from.</param>
    /// <param name="fingerprint">States settings and data: a checkpoint of another fingerprint is not continued.</param>
    /// <param name="parameters">All parameters that any phase trains or uses.</param>
    /// <param name="stages">The phases, in order.</param>
    public TrainingRun(Generator generator, string fingerprint, FlatParameters[] parameters, params TrainingStage[] stages)
    {
        _generator = generator;
        _fingerprint = fingerprint;
        _parameters = parameters;
        _stages = stages;
    }

    /// <summary>Iterations between divergence checks and progress reports.</summary>
    public int CheckEvery { get; init; } = 25;

    /// <summary>Least time between two checkpoints.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Whether a checkpoint of the finished training stays: the same run then ends at once. Otherwise it is removed at the end.</summary>
    public bool KeepsCheckpoint { get; init; }

    /// <summary>Runs all phases.</summary>
    /// <param name="progress">Told after every <see cref="CheckEvery"/> iterations; may be null.</param>
    /// <param name="checkpoint">Keeps checkpoints; null for none.</param>
    /// <param name="cancellation">Stops between two iterations, after a last checkpoint.</param>
    /// <exception cref="DivergedException">Training has diverged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(Action<TrainingProgress>? progress = null, ICheckpointStore? checkpoint = null, CancellationToken cancellation = default)
    {
        var clock = new ProgressClock();
        var saved = Stopwatch.StartNew();
        using var stored = Open(checkpoint, out int firstStage, out int firstIteration);
        for (int s = firstStage; s < _stages.Length; s++)
        {
            using var phase = _stages[s].Create();
            int start = 0;
            if (stored is not null && s == firstStage)
            {
                Restore(stored, phase);
                start = firstIteration;
            }
            var pace = new ProgressClock(Fraction(s, start));   // of this phase: the relative costs are a guess
            for (int i = start; i < phase.Iterations; i++)
            {
                if (cancellation.IsCancellationRequested)
                {
                    Save(checkpoint, s, i, phase);
                    cancellation.ThrowIfCancellationRequested();
                }
                phase.Iterate(i);
                int done = i + 1;
                if (done % CheckEvery == 0 || done == phase.Iterations)
                {
                    var metrics = phase.Check(done);
                    double fraction = Fraction(s, done);
                    progress?.Invoke(new TrainingProgress(phase.Name, done, phase.Iterations, fraction, clock.Elapsed, pace.Remaining(fraction), metrics));
                }
                if (checkpoint is not null && saved.Elapsed >= CheckpointEvery && done < phase.Iterations)
                {
                    Save(checkpoint, s, done, phase);
                    saved.Restart();
                }
            }
            if (KeepsCheckpoint && s == _stages.Length - 1)
                Save(checkpoint, s, phase.Iterations, phase);
            phase.Finish();
        }
        if (!KeepsCheckpoint)
            checkpoint?.Delete();
    }

    // The share of the whole work that is done with so many iterations of a stage.
    private double Fraction(int stage, int iterations)
    {
        double before = _stages.Take(stage).Sum(s => s.RelativeCost * s.Iterations) + _stages[stage].RelativeCost * iterations;
        return before / Math.Max(1e-9, _stages.Sum(s => s.RelativeCost * s.Iterations));
    }

    // Binary format: magic, version, fingerprint, stage, iteration, all parameters, the phase's state, the generator's state.
    private void Save(ICheckpointStore? checkpoint, int stage, int iteration, ITrainingPhase phase)
        => checkpoint?.Write(stream =>
        {
            using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            writer.Write(Magic);
            writer.Write(Version);
            writer.Write(_fingerprint);
            writer.Write(stage);
            writer.Write(iteration);
            foreach (var parameters in _parameters)
                writer.WriteTensor(parameters.Flat);
            phase.Write(writer);
            writer.WriteGenerator(_generator);
        });

    private void Restore(BinaryReader reader, ITrainingPhase phase)
    {
        foreach (var parameters in _parameters)
            reader.ReadTensor(parameters.Flat);
        phase.Read(reader);
        reader.ReadGenerator(_generator);
    }

    private BinaryReader? Open(ICheckpointStore? checkpoint, out int stage, out int iteration)
    {
        stage = iteration = 0;
        var stream = checkpoint?.OpenRead();
        if (stream is null)
            return null;
        var reader = new BinaryReader(stream);
        if (stream.Length < 8 || reader.ReadInt32() != Magic || reader.ReadInt32() != Version || reader.ReadString() != _fingerprint)
        {
            reader.Dispose();   // another run's: this one starts afresh and replaces it
            return null;
        }
        stage = reader.ReadInt32();
        iteration = reader.ReadInt32();
        return reader;
    }
}
