using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace DxmiMlNet.Diffusion.Native;

/// <summary>
/// Makes TorchSharp load on Linux distributions with an older libstdc++ (Debian 12, Ubuntu 22.04, RHEL 9).
/// TorchSharp 0.107.0's libLibTorchSharp.so asks libstdc++ for GLIBCXX_3.4.32, though nothing in it calls the one symbol of that
/// version. When, and only when, the normal load has failed, a copy that marks the requirement weak is loaded in its place;
/// the copy's file is removed as soon as it is mapped.
/// </summary>
internal static class LibTorchLoader
{
    private const string Library = "libLibTorchSharp.so";
    private static readonly Lock s_lock = new();
    private static nint s_handle;

    private static int s_installed;

    /// <summary>Must run before TorchSharp's first use; runs by itself before the first use of this assembly. Idempotent.</summary>
    [ModuleInitializer]
    internal static void Install()
    {
        if (OperatingSystem.IsLinux() && Interlocked.Exchange(ref s_installed, 1) == 0)
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => name is "LibTorchSharp" or Library ? LoadWeakened() : 0;
    }

    private static nint LoadWeakened()
    {
        lock (s_lock)
        {
            if (s_handle != 0)
                return s_handle;
            var folder = Folders().FirstOrDefault(f => File.Exists(Path.Combine(f, Library)));
            if (folder is null)
                return 0;
            var bytes = File.ReadAllBytes(Path.Combine(folder, Library));
            if (!ElfVersionNeeds.TryMarkWeak(bytes, "GLIBCXX_3.4.32"u8))
                return 0;
            // The copy lies elsewhere and finds these by their names only when they are loaded already.
            foreach (var dependency in new[] { "libtorch_cpu.so", "libtorch.so" })
                NativeLibrary.TryLoad(Path.Combine(folder, dependency), out _);
            s_handle = LoadAndRemove(bytes);
            return s_handle;
        }
    }

    private static nint LoadAndRemove(byte[] library)
    {
        var folder = Directory.CreateTempSubdirectory("dxmi-torch-");
        try
        {
            var copy = Path.Combine(folder.FullName, Library);
            File.WriteAllBytes(copy, library);
            return NativeLibrary.TryLoad(copy, out var handle) ? handle : 0;
        }
        finally
        {
            folder.Delete(recursive: true);   // Linux keeps a mapped file alive without its name
        }
    }

    private static IEnumerable<string> Folders()
    {
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string list)
            foreach (var folder in list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
                yield return folder;
        yield return AppContext.BaseDirectory;
        yield return Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native");
    }
}
