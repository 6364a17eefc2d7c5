using System.Reflection;
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
    private static bool s_usesCuda;

    private static int s_installed;

    /// <summary>Must run before TorchSharp's first use; runs by itself before the first use of this assembly. Idempotent.</summary>
    [ModuleInitializer]
    internal static void Install()
    {
        if (!OperatingSystem.IsLinux() || Interlocked.Exchange(ref s_installed, 1) != 0)
            return;
        // A notebook's kernel loads TorchSharp into a context of its own, and only that one is asked for its native half.
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Watch(loaded.LoadedAssembly);
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
            Watch(assembly);
    }

    private static void Watch(Assembly assembly)
    {
        if (assembly.GetName().Name != "TorchSharp" || AssemblyLoadContext.GetLoadContext(assembly) is not { } context)
            return;
        context.ResolvingUnmanagedDll += Resolve;
        if (context != AssemblyLoadContext.Default)
            AssemblyLoadContext.Default.ResolvingUnmanagedDll += Resolve;
    }

    private static nint Resolve(Assembly assembly, string name)
    {
        if (name == "torch_cuda")
            s_usesCuda = true;   // asked for first, where a GPU is wanted
        return name is "LibTorchSharp" or Library ? LoadWeakened() : 0;
    }

    private static nint LoadWeakened()
    {
        lock (s_lock)
        {
            if (s_handle != 0)
                return s_handle;
            string? folder = LibTorchFolders.Find(Library), torch = LibTorchFolders.Find("libtorch_cpu.so");
            // Where they lie in packages of their own and one is for a GPU, TorchSharp gathers its parts by itself.
            if (folder is null || torch is null || (folder != torch && s_usesCuda && LibTorchFolders.HasCudaPackages))
                return 0;
            var bytes = File.ReadAllBytes(Path.Combine(folder, Library));
            if (!ElfVersionNeeds.TryMarkWeak(bytes, "GLIBCXX_3.4.32"u8))
                return 0;
            // The copy lies elsewhere and finds these by their names only when they are loaded already.
            foreach (var dependency in new[] { "libtorch_cpu.so", "libtorch.so" })
                NativeLibrary.TryLoad(Path.Combine(torch, dependency), out _);
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
}
