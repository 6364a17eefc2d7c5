using static TorchSharp.torch;

namespace DxmiMlNet.Detection;

/// <summary>The device that a name stands for.</summary>
internal static class TorchDevice
{
    /// <param name="name">cpu, cuda or auto.</param>
    /// <exception cref="DxmiException">The name is another, or there is no CUDA device.</exception>
    public static Device Of(string name) => name.ToLowerInvariant() switch
    {
        "cpu" => CPU,
        "cuda" when cuda.is_available() => CUDA,
        "cuda" => throw new DxmiException("Device 'cuda' is not available here.", "A CUDA device and a CUDA build of libtorch were expected.",
            "Build the application with -p:TorchBackend=cuda-windows or cuda-linux, or choose the device cpu or auto."),
        "auto" => cuda.is_available() ? CUDA : CPU,
        _ => throw new DxmiException($"Device '{name}' is unknown.", "Expected cpu, cuda or auto.", "Choose one of them."),
    };
}
