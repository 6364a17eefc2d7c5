using System.Diagnostics;
using DxmiMlNet.Diffusion;
using DxmiMlNet.Diffusion.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Distillation;

/// <summary>
/// The state of a distillation: the network that learns, the running mean of its weights, the mean that did best on held-out crops, the optimiser,
/// and how far it has come.
/// </summary>
internal sealed class DistillationRun : IDisposable
{
    private const int WarmupSteps = 100;
    private const double WeightDecay = 0.01;

    private readonly DistillationOptions _options;
    private readonly Device _device;
    private readonly DistillationNetwork _network;
    private readonly DistillationNetwork _average;
    private readonly DistillationNetwork _best;
    private readonly TorchSharp.Modules.Parameter[] _weights;
    private readonly Adam _optimizer;
    private readonly Scalar _cosineWeight;   // held for as long as native code may read them: see ScalarArithmetic
    private readonly Scalar _perTap;
    private double _seconds;

    public DistillationRun(DistillationOptions options, TapStatistics[] statistics, Device device)
    {
        (_options, _device) = (options, device);
        (_cosineWeight, _perTap) = (options.CosineWeight, 1.0 / options.Architecture.Stages.Length);
        random.manual_seed(options.Seed);
        _network = new DistillationNetwork(options.Architecture, statistics);
        _average = new DistillationNetwork(options.Architecture, statistics);
        _average.load_state_dict(_network.state_dict());
        _network.to(device);
        _average.to(device);
        _average.eval();
        _best = new DistillationNetwork(options.Architecture, statistics);
        _best.to(device);
        _best.eval();
        _weights = [.. _network.parameters()];
        _optimizer = new Adam(_weights, decay: WeightDecay);
    }

    /// <summary>Steps done.</summary>
    public int Step { get; private set; }

    /// <summary>Training loss, a running mean.</summary>
    public double Loss { get; private set; } = double.NaN;

    /// <summary>Training time.</summary>
    public TimeSpan Elapsed => TimeSpan.FromSeconds(_seconds);

    /// <summary>How much of the training is done, 0..1.</summary>
    public double Done => Math.Min(1, _options.Steps is { } steps ? (double)Step / steps : _seconds / (_options.Hours * 3600));

    /// <summary>The expected time left.</summary>
    public TimeSpan Remaining => ProgressClock.Remaining(Elapsed, Done) ?? TimeSpan.Zero;

    /// <summary>One training step.</summary>
    /// <param name="batch">The batch of step <see cref="Step"/>.</param>
    /// <param name="since">Timestamp from which the step's time counts, so that waiting for the batch does as well.</param>
    /// <exception cref="DxmiException">The loss is no number.</exception>
    public void Learn(CropBatch batch, long since)
    {
        using var scope = NewDisposeScope();
        double warmup = Math.Min(1, (Step + 1.0) / WarmupSteps);
        double rate = _options.LearningRate * warmup * 0.5 * (1 + Math.Cos(Math.PI * Done));
        _network.train();
        _network.zero_grad();
        var losses = _network.Losses(batch, _options.CropSize, _device);
        var loss = losses.Select(l => l.Squared.Plus(l.Cosine * _cosineWeight)).Aggregate((a, b) => a.Plus(b)) * _perTap;
        float value = loss.item<float>();
        if (!float.IsFinite(value))
            throw new DxmiException($"The distillation diverged: the loss of step {Step + 1} is {value}.", "A finite number was expected.",
                "Lower the learning rate, and start again from the last checkpoint.");
        loss.backward();
        _optimizer.Apply(Array.ConvertAll(_weights, weight => weight.grad), rate);
        Average();
        Loss = double.IsNaN(Loss) ? value : Loss + 0.01 * (value - Loss);
        Step++;
        _seconds += Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    /// <summary>Held-out loss of the best mean so far, the mean of its taps; infinite before the first.</summary>
    public double BestHeldOut { get; private set; } = double.PositiveInfinity;

    /// <summary>Measures the averaged weights on held-out crops, and keeps them where they are the best so far.</summary>
    /// <returns>Their held-out loss, the mean of the taps.</returns>
    public double KeepBest(IEnumerable<CropBatch> heldOut)
    {
        double loss = Measure(_average, heldOut).Average();
        if (loss < BestHeldOut)
        {
            BestHeldOut = loss;
            _best.load_state_dict(_average.state_dict());
        }
        return loss;
    }

    /// <summary>Held-out loss of each tap by the best weights: the share of the teacher's power that stays unexplained.</summary>
    public double[] Measure(IEnumerable<CropBatch> batches) => Measure(_best, batches);

    private double[] Measure(DistillationNetwork network, IEnumerable<CropBatch> batches)
    {
        using var _ = no_grad();
        int taps = _options.Architecture.Stages.Length;
        var (errors, powers) = (new double[taps], new double[taps]);
        foreach (var batch in batches)
        {
            using var scope = NewDisposeScope();
            long crops = batch.Taps[0].Shape[0];
            var losses = network.Losses(batch, _options.CropSize, _device);
            for (int i = 0; i < taps; i++)
            {
                errors[i] += crops * losses[i].Squared.item<float>();
                powers[i] += crops * losses[i].Power.item<float>();
            }
        }
        return errors.Zip(powers, (e, p) => e / p).ToArray();
    }

    /// <summary>The best backbone as an ONNX file with weights of 16 bits, its taps in the teacher's metric.</summary>
    public byte[] ToOnnx() => BackboneExport.ToOnnx(_best.Backbone, half: true, _best.MetricMaps());

    // binary format:
    // int32: steps done
    // double: training seconds
    // double: running training loss
    // double: held-out loss of the best mean
    // network, its average, the best average: TorchSharp's module format
    // optimiser: its own format
    public void Write(BinaryWriter writer)
    {
        writer.Write(Step);
        writer.Write(_seconds);
        writer.Write(Loss);
        writer.Write(BestHeldOut);
        _network.save(writer);
        _average.save(writer);
        _best.save(writer);
        _optimizer.Write(writer);
    }

    /// <summary>Goes on where <see cref="Write"/> left off.</summary>
    public void Read(BinaryReader reader)
    {
        Step = reader.ReadInt32();
        _seconds = reader.ReadDouble();
        Loss = reader.ReadDouble();
        BestHeldOut = reader.ReadDouble();
        _network.load(reader);
        _average.load(reader);
        _best.load(reader);
        _optimizer.Read(reader);
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _cosineWeight.Dispose();
        _perTap.Dispose();
        _best.Dispose();
        _average.Dispose();
        _network.Dispose();
    }

    /// <summary>average = decay average + (1 - decay) weights, also of the batch norms' statistics; a shorter memory at the start.</summary>
    private void Average()
    {
        using var _ = no_grad();
        double decay = Math.Min(_options.AverageDecay, (1.0 + Step) / (10.0 + Step));
        using Scalar keep = decay, rest = 1 - decay;
        foreach (var (mean, now) in _average.state_dict().Values.Zip(_network.state_dict().Values))
            if (mean.is_floating_point())
                mean.mul_(keep).add_(now, rest);
    }
}
