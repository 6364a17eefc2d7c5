using DxmiMlNet.Diffusion.Training;

namespace DxmiMlNet.Files;

/// <summary>Keeps the checkpoint of a training run in one file.</summary>
internal sealed class FileCheckpointStore(string path) : ICheckpointStore
{
    public Stream? OpenRead() => File.Exists(path) ? File.OpenRead(path) : null;

    public void Write(Action<Stream> write) => AtomicFile.Write(path, "The checkpoint", write);

    public void Delete() => File.Delete(path);
}
