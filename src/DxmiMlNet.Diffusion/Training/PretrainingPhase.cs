using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>A phase that trains one network on batches of data by one loss.</summary>
/// <param name="data">Training samples, [N, D]; kept, not copied.</param>
/// <param name="parameters">What is trained.</param>
/// <param name="options">Settings.</param>
/// <param name="generator">Draws batches and noise.</param>
public abstract class PretrainingPhase(Tensor data, FlatParameters parameters, PretrainingOptions options, Generator generator) : LossPhase(parameters, options, generator)
{
    /// <summary>The loss of a batch, [B, D] to a scalar.</summary>
    protected abstract Tensor Loss(Tensor batch);

    /// <inheritdoc/>
    protected sealed override Tensor Loss(int iteration)
        => Loss(data.index_select(0, randint(0, data.shape[0], [BatchSize], device: data.device, generator: Generator)));
}
