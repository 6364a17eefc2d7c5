using System.Diagnostics;
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
    private readonly Func<ITrainingPhase>[] _phases;
    private readonly string _fingerprint;

    /// <param name="generator">The generator that all phases draw from.</param>
    /// <param name="fingerprint">States settings and data: a checkpoint of another fingerprint is not continued.</param>
    /// <param name="phases">Makes each phase when it is its turn, from the networks as they then are.</param>
    public TrainingRun(Generator generator, string fingerprint, params Func<ITrainingPhase>[] phases)
    {
        _generator = generator;
        _fingerprint = fingerprint;
        _phases = phases;
    }

    /// <summary>Iterations between divergence checks and progress reports.</summary>
    public int CheckEvery { get; init; } = 25;

    /// <summary>Least time between two checkpoints.</summary>
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Runs all phases.</summary>
    /// <param name="progress">Told after every <see cref="CheckEvery"/> iterations; may be null.</param>
    /// <param name="checkpoint">Keeps checkpoints; null for none.</param>
    /// <param name="cancellation">Stops between two iterations, after a last checkpoint.</param>
    /// <exception cref="DivergedException">Training has diverged.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(Action<TrainingProgress>? progress = null, ICheckpointStore? checkpoint = null, CancellationToken cancellation = default)
    {
        var clock = Stopwatch.StartNew();
        var saved = Stopwatch.StartNew();
        using var stored = Open(checkpoint, out int firstPhase, out int firstIteration);
        for (int p = firstPhase; p < _phases.Length; p++)
        {
            using var phase = _phases[p]();
            int start = 0;
            if (stored is not null && p == firstPhase)
            {
                phase.Read(stored);
                stored.ReadGenerator(_generator);
                start = firstIteration;
            }
            var phaseClock = Stopwatch.StartNew();
            for (int i = start; i < phase.Iterations; i++)
            {
                if (cancellation.IsCancellationRequested)
                {
                    Save(checkpoint, p, i, phase);
                    cancellation.ThrowIfCancellationRequested();
                }
                phase.Iterate(i);
                int done = i + 1;
                if (done % CheckEvery == 0 || done == phase.Iterations)
                {
                    var metrics = phase.Check(done);
                    double perIteration = phaseClock.Elapsed.TotalSeconds / (done - start);
                    progress?.Invoke(new TrainingProgress(phase.Name, done, phase.Iterations, (p + (double)done / phase.Iterations) / _phases.Length,
                        clock.Elapsed, TimeSpan.FromSeconds(perIteration * (phase.Iterations - done)), metrics));
                }
                if (checkpoint is not null && saved.Elapsed >= CheckpointEvery && done < phase.Iterations)
                {
                    Save(checkpoint, p, done, phase);
                    saved.Restart();
                }
            }
            phase.Finish();
        }
        checkpoint?.Delete();
    }

    // Binary format: magic, version, fingerprint, phase, iteration, the phase's state, the generator's state.
    private void Save(ICheckpointStore? checkpoint, int phase, int iteration, ITrainingPhase state)
        => checkpoint?.Write(stream =>
        {
            using var writer = new BinaryWriter(stream, System.Text.Encoding.UTF8, leaveOpen: true);
            writer.Write(Magic);
            writer.Write(Version);
            writer.Write(_fingerprint);
            writer.Write(phase);
            writer.Write(iteration);
            state.Write(writer);
            writer.WriteGenerator(_generator);
        });

    private BinaryReader? Open(ICheckpointStore? checkpoint, out int phase, out int iteration)
    {
        phase = iteration = 0;
        var stream = checkpoint?.OpenRead();
        if (stream is null)
            return null;
        var reader = new BinaryReader(stream);
        if (stream.Length < 8 || reader.ReadInt32() != Magic || reader.ReadInt32() != Version || reader.ReadString() != _fingerprint)
        {
            reader.Dispose();   // another run's: this one starts afresh and replaces it
            return null;
        }
        phase = reader.ReadInt32();
        iteration = reader.ReadInt32();
        return reader;
    }
}

/// <summary>Where checkpoints are kept. Mathematics knows no files: whoever trains supplies them.</summary>
public interface ICheckpointStore
{
    /// <summary>The last checkpoint, or null where there is none.</summary>
    Stream? OpenRead();

    /// <summary>Replaces the checkpoint as a whole: a kill at any time leaves the old one or the new one.</summary>
    void Write(Action<Stream> write);

    /// <summary>Removes the checkpoint.</summary>
    void Delete();
}
