using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>An exponential moving average of a network's parameters: average = decay average + (1 - decay) parameters.</summary>
internal sealed class MovingAverage : IDisposable
{
    private readonly FlatParameters _parameters;
    private readonly double _decay;
    private readonly Tensor _average;   // [P]

    public MovingAverage(FlatParameters parameters, double decay)
    {
        _parameters = parameters;
        _decay = decay;
        _average = parameters.Flat.clone().DetachFromDisposeScope();
    }

    public void Update()
    {
        using var _ = no_grad();
        _average.mul_(_decay).add_(_parameters.Flat, alpha: 1 - _decay);
    }

    /// <summary>Puts the average into the network in place of its parameters.</summary>
    public void Apply()
    {
        using var _ = no_grad();
        _parameters.Flat.copy_(_average);
    }

    public void Write(BinaryWriter writer) => writer.WriteTensor(_average);

    public void Read(BinaryReader reader) => reader.ReadTensor(_average);

    public void Dispose() => _average.Dispose();
}
