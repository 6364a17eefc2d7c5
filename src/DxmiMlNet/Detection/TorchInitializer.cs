using System.Runtime.CompilerServices;
using DxmiMlNet.Diffusion.Native;

namespace DxmiMlNet.Detection;

/// <summary>Prepares the loading of libtorch before any code of this assembly can touch a tensor. Loads nothing itself.</summary>
internal static class TorchInitializer
{
    [ModuleInitializer]
    internal static void Initialize() => LibTorchLoader.Install();
}
