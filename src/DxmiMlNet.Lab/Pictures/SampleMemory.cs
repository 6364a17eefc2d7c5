using DxmiMlNet.Diffusion.Training;
using static TorchSharp.torch;

namespace DxmiMlNet.Lab.Pictures;

/// <summary>
/// The samples of the last iterations: an energy that forgets where the sampler came from sends it back there (Shrivastava et al. 2017).
/// </summary>
/// <param name="capacity">Batches that are held, 1 or more.</param>
internal sealed class SampleMemory(int capacity) : IDisposable
{
    private readonly Queue<Tensor> _batches = [];   // the latest one last, each [B, D]

    /// <summary>All that are held, [n B, D].</summary>
    public Tensor All => cat(_batches.ToArray());

    /// <summary>Keeps a copy of a batch; the oldest one goes where there are too many.</summary>
    public void Add(Tensor samples)
    {
        _batches.Enqueue(samples.clone().DetachFromDisposeScope());
        if (_batches.Count > capacity)
            _batches.Dequeue().Dispose();
    }

    /// <summary>Writes the batches.</summary>
    public void Write(BinaryWriter writer)
    {
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
