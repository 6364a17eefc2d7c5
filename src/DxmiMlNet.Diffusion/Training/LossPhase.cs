using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>A phase that trains one network by one loss, with Adam and a moving average.</summary>
public abstract class LossPhase : ITrainingPhase
{
    private const double Rate = 1e-3;

    private readonly PretrainingOptions _options;
    private readonly FlatParameters _parameters;
    private readonly Adam _adam;
    private readonly MovingAverage _average;
    private readonly Tensor _loss;

    /// <param name="parameters">What is trained.</param>
    /// <param name="options">Settings.</param>
    /// <param name="generator">Draws what is random.</param>
    protected LossPhase(FlatParameters parameters, PretrainingOptions options, Generator generator)
    {
        _options = options;
        Generator = generator;
        _parameters = parameters;
        _adam = new Adam(parameters.Flat);
        _average = new MovingAverage(parameters);
        _loss = zeros(1, device: parameters.Flat.device).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public int Iterations => _options.Iterations;

    /// <summary>Draws noise.</summary>
    protected Generator Generator { get; }

    /// <summary>Samples an iteration.</summary>
    protected int BatchSize => _options.BatchSize;

    /// <summary>The loss of new samples, a scalar.</summary>
    /// <param name="iteration">0 to Iterations - 1.</param>
    protected abstract Tensor Loss(int iteration);

    /// <inheritdoc/>
    public void Iterate(int iteration)
    {
        using var scope = NewDisposeScope();
        var loss = Loss(iteration);
        _adam.Apply(_parameters.Gradient(loss), Rate * LearningRate.Cosine(iteration, _options.Iterations));
        _average.Update();
        using var _ = no_grad();
        _loss[0].copy_(loss);
    }

    /// <inheritdoc/>
    public PhaseMetrics Check(int iteration)
    {
        float loss = _loss.item<float>();
        return float.IsFinite(loss) ? new PhaseMetrics(("loss", loss)) : throw new DivergedException(Name, iteration, "the loss is not finite");
    }

    /// <summary>Puts the moving average into the network.</summary>
    public void Finish() => _average.Apply();

    void ITrainingPhase.Write(BinaryWriter writer)
    {
        _adam.Write(writer);
        _average.Write(writer);
    }

    void ITrainingPhase.Read(BinaryReader reader)
    {
        _adam.Read(reader);
        _average.Read(reader);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the phase holds.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _adam.Dispose();
            _average.Dispose();
            _loss.Dispose();
        }
    }
}
