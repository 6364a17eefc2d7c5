using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Energies;

/// <summary>An energy E(x): one scalar a sample, low where samples are likely. It is the anomaly score, per dimension of x.</summary>
public abstract class Energy : Network
{
    /// <summary>Dimension D of a sample.</summary>
    public abstract int Dimension { get; }

    /// <summary>E(x): [B, D] to [B].</summary>
    public abstract Tensor Evaluate(Tensor x);
}
