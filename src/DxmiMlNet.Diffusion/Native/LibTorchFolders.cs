using System.Reflection;
using static TorchSharp.torch;

namespace DxmiMlNet.Diffusion.Native;

/// <summary>
/// Where the native halves of TorchSharp may lie: in the application's folders, beside TorchSharp.dll, or, in notebooks and scripts, in the packages of
/// the NuGet cache that TorchSharp.dll was loaded from.
/// </summary>
internal static class LibTorchFolders
{
    private static readonly string s_platform = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";

    private static string Runtime { get; } = $"{s_platform}-{System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    /// <summary>The folder that holds a file; null where none does.</summary>
    public static string? Find(string file) => All().FirstOrDefault(folder => File.Exists(Path.Combine(folder, file)));

    private static IEnumerable<string> All()
    {
        if (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") is string list)
            foreach (string folder in list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
                yield return folder;
        foreach (string folder in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(typeof(Tensor).Assembly.Location) ?? "" })
        {
            yield return folder;
            yield return Native(folder);
        }
        foreach (string folder in InPackages(typeof(Tensor).Assembly.Location, LibTorchVersion))
            yield return folder;
    }

    /// <summary>Whether TorchSharp.dll lies in a NuGet cache that also has a libtorch for a GPU.</summary>
    public static bool HasCudaPackages
        => Up(typeof(Tensor).Assembly.Location, 5) is { } packages && Directory.EnumerateDirectories(packages, "libtorch-cuda-*").Any();

    /// <summary>The folders of the packages beside that of TorchSharp, as NuGet lays them out: packages/torchsharp/0.107.0/lib/net8.0/TorchSharp.dll.</summary>
    /// <param name="torchSharp">TorchSharp.dll, wherever it is.</param>
    /// <param name="libTorchVersion">The version of libtorch that it goes with, of up to four parts: "2.10.0.0" is in the folder 2.10.0.</param>
    internal static IEnumerable<string> InPackages(string torchSharp, string libTorchVersion)
    {
        if (torchSharp.Length == 0 || Up(torchSharp, 3) is not { } package || Up(package, 2) is not { } packages)
            yield break;
        yield return Native(package);
        string libTorch = Path.Combine(packages, $"libtorch-cpu-{Runtime}");
        if (Directory.Exists(libTorch))
            foreach (string version in Directory.GetDirectories(libTorch).Where(folder => libTorchVersion.StartsWith(Path.GetFileName(folder), StringComparison.Ordinal)))
                yield return Native(version);
    }

    // torch.__version__ would say it, too, but loads libtorch first.
    private static string LibTorchVersion
        => typeof(TorchSharp.torch).GetField("libtorchPackageVersion", BindingFlags.Static | BindingFlags.NonPublic)?.GetRawConstantValue() as string ?? "";

    private static string Native(string folder) => Path.Combine(folder, "runtimes", Runtime, "native");

    private static string? Up(string path, int levels)
    {
        string? up = path;
        for (int i = 0; i < levels && up is not null; i++)
            up = Path.GetDirectoryName(up);
        return up;
    }
}
