using DxmiMlNet.Diffusion.Energies;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>Trains an autoencoder energy to reconstruct the data: minimise mean E(x).</summary>
public sealed class ReconstructionPretraining(Tensor data, AutoencoderEnergy energy, PretrainingOptions options, Generator generator)
    : PretrainingPhase(data, energy.Parameters, options, generator)
{
    /// <inheritdoc/>
    public override string Name => "energy pretraining";

    /// <inheritdoc/>
    protected override Tensor Loss(Tensor batch) => energy.Evaluate(batch).mean();
}
