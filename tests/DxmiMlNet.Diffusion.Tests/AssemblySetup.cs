using DxmiMlNet.Diffusion.Native;
using TorchSharp;

[assembly: DoNotParallelize]   // libtorch's thread count and live-tensor counters are shared

namespace DxmiMlNet.Diffusion.Tests;

[TestClass]
public static class AssemblySetup
{
    [AssemblyInitialize]
    public static void Prepare(TestContext _)
    {
        LibTorchLoader.Install();
        torch.set_num_threads(1);
    }
}
