using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Training;

/// <summary>The samples of the last iterations, which an energy is not to forget.</summary>
/// <param name="capacity">Batches that are held, 1 or more.</param>
internal sealed class SampleMemory(int capacity) : IDisposable
{
    private readonly Queue<Tensor> _batches = [];   // the latest one last, each [B, D]

    /// <summary>The latest batch, [B, D].</summary>
    public Tensor Latest => _batches.Last();

    /// <summary>All that are held, [n B, D].</summary>
    public Tensor All => cat(_batches.ToArray());

    /// <summary>Takes a batch over; the oldest one goes where there are too many.</summary>
    public void Add(Tensor samples)
    {
        _batches.Enqueue(samples.DetachFromDisposeScope());
        if (_batches.Count > capacity)
            _batches.Dequeue().Dispose();
    }

    /// <summary>Writes the batches of earlier iterations; a memory of one holds none, as every iteration begins with new samples.</summary>
    public void Write(BinaryWriter writer)
    {
        if (capacity == 1)
            return;
        writer.Write(_batches.Count);
        foreach (var samples in _batches)
            writer.WriteTensor(samples);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="reader">From where.</param>
    /// <param name="rows">B.</param>
    /// <param name="dimension">D.</param>
    /// <param name="device">Where the samples live.</param>
    public void Read(BinaryReader reader, int rows, int dimension, Device device)
    {
        if (capacity == 1)
            return;
        using var scope = NewDisposeScope();
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            var samples = zeros(rows, dimension, device: device);
            reader.ReadTensor(samples);
            Add(samples);
        }
    }

    public void Dispose()
    {
        foreach (var samples in _batches)
            samples.Dispose();
    }
}
