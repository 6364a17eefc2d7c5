using TorchSharp;

namespace DxmiMlNet.Diffusion.Tests;

[TestClass]
public class LibTorchLoaderTests
{
    [TestMethod]
    public void Tensors_work_on_this_machine_and_no_copy_stays_on_disk()
    {
        Native.LibTorchLoader.Install();
        using var sum = torch.ones(3).sum();
        Assert.AreEqual(3f, sum.item<float>());
        Assert.IsEmpty(Directory.GetDirectories(Path.GetTempPath(), "dxmi-torch-*"));
    }
}
