using DxmiMlNet.Diffusion.Networks;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>
/// An exponential moving average of a network's parameters, average = d average + (1 - d) parameters. After n updates d is
/// min(decay, (1 + n) / (10 + n)), so that a short run does not end close to where it started.
/// </summary>
internal sealed class MovingAverage : IDisposable
{
    /// <summary>The usual decay.</summary>
    public const double DefaultDecay = 0.998;

    private readonly FlatParameters _parameters;
    private readonly double _decay;
    private readonly Tensor _average;   // [P]
    private int _updates;

    public MovingAverage(FlatParameters parameters, double decay = DefaultDecay)
    {
        _parameters = parameters;
        _decay = decay;
        _average = parameters.Flat.clone().DetachFromDisposeScope();
    }

    public void Update()
    {
        using var _ = no_grad();
        _updates++;
        double decay = Math.Min(_decay, (1.0 + _updates) / (10 + _updates));
        _average.Blend(_parameters.Flat, decay);
    }

    /// <summary>Puts the average into the network in place of its parameters.</summary>
    public void Apply()
    {
        using var _ = no_grad();
        _parameters.Flat.copy_(_average);
    }

    /// <summary>Exchanges the network's parameters and the average; twice leaves all as it was.</summary>
    public void Swap()
    {
        using var _ = no_grad();
        using var parameters = _parameters.Flat.clone();
        _parameters.Flat.copy_(_average);
        _average.copy_(parameters);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(_updates);
        writer.WriteTensor(_average);
    }

    public void Read(BinaryReader reader)
    {
        _updates = reader.ReadInt32();
        reader.ReadTensor(_average);
    }

    public void Dispose() => _average.Dispose();
}
