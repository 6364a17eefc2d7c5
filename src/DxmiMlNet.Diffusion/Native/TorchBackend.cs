using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Native;

/// <summary>The native half of TorchSharp, which the application brings.</summary>
internal static class TorchBackend
{
    private static readonly string s_library = OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";

    private static bool s_isThere;

    /// <summary>Makes sure that it is there, before the first tensor: TorchSharp's own message is pages long, and stands on the console.</summary>
    /// <exception cref="DxmiException">It is not there, or does not load.</exception>
    public static void Require()
    {
        if (s_isThere)
            return;
        if (LibTorchFolders.Find(s_library) is null && !NativeLibrary.TryLoad("LibTorchSharp", typeof(Tensor).Assembly, null, out _))
            throw Missing(null);
        try
        {
            using var first = zeros(1);
        }
        catch (Exception e) when (e is TypeInitializationException or NotSupportedException or DllNotFoundException)
        {
            throw Missing(e);
        }
        s_isThere = true;
    }

    private static DxmiException Missing(Exception? e) => new("Training needs libtorch, and this program has none that loads.",
        $"A package with the native libraries that go with TorchSharp {TorchSharpVersion} was expected; DxmiMlNet leaves the choice to the application, and scoring needs none.",
        $"Add one: dotnet add package TorchSharp-cpu --version {TorchSharpVersion}, or TorchSharp-cuda-windows or TorchSharp-cuda-linux; in a notebook "
            + $"#r \"nuget: TorchSharp-cpu, {TorchSharpVersion}\".", e);

    private static string TorchSharpVersion => typeof(Tensor).Assembly.GetName().Version!.ToString(3);
}
