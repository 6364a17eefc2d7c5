using DxmiMlNet.Diffusion.Training;

namespace DxmiMlNet.Diffusion.Tests.Training;

/// <summary>Keeps a checkpoint in memory.</summary>
internal sealed class MemoryStore : ICheckpointStore
{
    public byte[]? Bytes { get; private set; }
    public int Writes { get; private set; }
    public Stream? OpenRead() => Bytes is null ? null : new MemoryStream(Bytes);

    public void Write(Action<Stream> write)
    {
        using var stream = new MemoryStream();
        write(stream);
        Bytes = stream.ToArray();
        Writes++;
    }

    public void Delete() => Bytes = null;
}
