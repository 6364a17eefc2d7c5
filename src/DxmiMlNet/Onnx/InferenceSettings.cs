namespace DxmiMlNet.Onnx;

/// <summary>Process-wide settings of ONNX Runtime, read when a model is first used. They are not saved with a model.</summary>
public static class InferenceSettings
{
    private static int s_threads = Environment.ProcessorCount;
    private static ExecutionProvider s_provider;

    /// <summary>Threads inside one inference call, 1 or more; the default is the number of processors.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public static int Threads
    {
        get => s_threads;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            s_threads = value;
        }
    }

    /// <summary>What computes inferences; the default is the processor.</summary>
    /// <exception cref="DxmiException">The application's package of ONNX Runtime has no such provider; the remedy names one that has.</exception>
    public static ExecutionProvider Provider
    {
        get => s_provider;
        set
        {
            ExecutionProviders.Require(value);
            s_provider = value;
        }
    }
}
