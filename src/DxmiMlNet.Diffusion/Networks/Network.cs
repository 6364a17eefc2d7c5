namespace DxmiMlNet.Diffusion.Networks;

/// <summary>Something with trainable parameters.</summary>
public abstract class Network : IDisposable
{
    /// <summary>The parameters, as one flat tensor and its views.</summary>
    public abstract FlatParameters Parameters { get; }

    /// <summary>Releases the parameters.</summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the parameters.</summary>
    /// <param name="disposing">Whether <see cref="Dispose()"/> was called.</param>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
            Parameters.Dispose();
    }
}
