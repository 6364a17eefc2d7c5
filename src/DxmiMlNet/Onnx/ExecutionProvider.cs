using Microsoft.ML.OnnxRuntime;

namespace DxmiMlNet.Onnx;

/// <summary>What computes inferences. All but <see cref="Cpu"/> need a package of ONNX Runtime in the application that has them.</summary>
public enum ExecutionProvider
{
    /// <summary>The processor, with any package of ONNX Runtime.</summary>
    Cpu,

    /// <summary>A graphics card of NVIDIA: package Microsoft.ML.OnnxRuntime.Gpu.</summary>
    Cuda,

    /// <summary>A graphics card under Windows: package Microsoft.ML.OnnxRuntime.DirectML.</summary>
    DirectMl,

    /// <summary>Hardware of Intel: package Intel.ML.OnnxRuntime.OpenVino.</summary>
    OpenVino,
}

/// <summary>How sessions are told of a provider.</summary>
internal static class ExecutionProviders
{
    /// <summary>ONNX Runtime's name of a provider, and the package that has it.</summary>
    public static (string Name, string Package) Of(ExecutionProvider provider) => provider switch
    {
        ExecutionProvider.Cpu => ("CPUExecutionProvider", "Microsoft.ML.OnnxRuntime"),
        ExecutionProvider.Cuda => ("CUDAExecutionProvider", "Microsoft.ML.OnnxRuntime.Gpu"),
        ExecutionProvider.DirectMl => ("DmlExecutionProvider", "Microsoft.ML.OnnxRuntime.DirectML"),
        ExecutionProvider.OpenVino => ("OpenVINOExecutionProvider", "Intel.ML.OnnxRuntime.OpenVino"),
        _ => throw new ArgumentOutOfRangeException(nameof(provider), $"The provider {provider} is unknown. Expected one of {nameof(ExecutionProvider)}. Choose one of them."),
    };

    /// <summary>Makes sure that the application's ONNX Runtime has a provider.</summary>
    /// <exception cref="DxmiException">It has not; the remedy names the package.</exception>
    public static void Require(ExecutionProvider provider)
    {
        var (name, package) = Of(provider);
        var available = OrtEnv.Instance().GetAvailableProviders();
        if (!available.Contains(name))
            throw new DxmiException($"The ONNX Runtime of this application cannot compute on '{provider.ToString().ToLowerInvariant()}'.",
                $"{name} was expected among its providers, which are {string.Join(", ", available)}.",
                $"Reference the package {package} in the application, and Microsoft.ML.OnnxRuntime with ExcludeAssets=\"all\"; or choose cpu.");
    }

    /// <summary>Adds a provider to the options of a session; what it cannot compute is left to the processor.</summary>
    public static void Append(SessionOptions options, ExecutionProvider provider)
    {
        switch (provider)
        {
            case ExecutionProvider.Cuda:
                options.AppendExecutionProvider_CUDA();
                break;
            case ExecutionProvider.DirectMl:
                options.EnableMemoryPattern = false;   // it asks for that
                options.AppendExecutionProvider_DML();
                break;
            case ExecutionProvider.OpenVino:
                options.AppendExecutionProvider_OpenVINO();
                break;
            default:
                break;
        }
    }
}
