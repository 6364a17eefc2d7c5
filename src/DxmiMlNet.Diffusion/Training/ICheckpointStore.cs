namespace DxmiMlNet.Diffusion.Training;

/// <summary>Where checkpoints are kept. Mathematics knows no files: whoever trains supplies them.</summary>
public interface ICheckpointStore
{
    /// <summary>The last checkpoint, or null where there is none.</summary>
    Stream? OpenRead();

    /// <summary>Replaces the checkpoint as a whole: a kill at any time leaves the old one or the new one.</summary>
    void Write(Action<Stream> write);

    /// <summary>Removes the checkpoint.</summary>
    void Delete();
}
