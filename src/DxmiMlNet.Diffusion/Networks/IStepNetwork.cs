using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Networks;

/// <summary>A network that is conditioned on a generation step. It holds no values: they are in the parameters that it is given.</summary>
public interface IStepNetwork
{
    /// <summary>The network with every row at step <paramref name="t"/>, [B, in] to [B, out].</summary>
    Tensor Forward(FlatParameters parameters, Tensor x, int t);

    /// <summary>The network with one step a row, [B, in] and [B] to [B, out].</summary>
    Tensor Forward(FlatParameters parameters, Tensor x, Tensor t);
}

/// <summary>Makes a network for steps that lie at given places.</summary>
/// <param name="layout">Takes the parameters; how many there are does not depend on the positions.</param>
/// <param name="positions">Positions (<see cref="StepEmbedding"/>) of the steps, in order.</param>
public delegate IStepNetwork StepNetworkFactory(FlatParameters.Layout layout, IReadOnlyList<double> positions);
