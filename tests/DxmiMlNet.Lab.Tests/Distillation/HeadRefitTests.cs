using DxmiMlNet.Lab.Distillation;
using TorchSharp;

namespace DxmiMlNet.Lab.Tests.Distillation;

[TestClass]
public class HeadRefitTests
{
    private static readonly TapStatistics[] s_statistics = [new([0, 0], [1, 1])];

    [TestMethod]
    public void A_teacher_that_is_linear_in_the_taps_leaves_nothing_unexplained()
    {
        var batches = Batches();
        var unexplained = HeadRefit.Unexplained(b => [Teacher(b) * 3 + 1], s_statistics, batches[..2], batches[2..]);
        Assert.AreEqual(0, unexplained[0], 1e-6);
    }

    [TestMethod]
    public void Taps_that_hold_one_of_two_independent_channels_leave_half_unexplained()
    {
        var batches = Batches();
        var unexplained = HeadRefit.Unexplained(b => [Teacher(b).narrow(1, 0, 1)], s_statistics, batches[..2], batches[2..]);
        Assert.AreEqual(0.5, unexplained[0], 0.05);
    }

    private static torch.Tensor Teacher(CropBatch batch) => torch.tensor(batch.Taps[0].Values, batch.Taps[0].Shape);

    /// <summary>Three batches whose teacher tap [4, 2, 16, 16] is white noise.</summary>
    private static CropBatch[] Batches()
    {
        TinyBackbone.PrepareTorch();
        torch.random.manual_seed(1);
        return [.. Enumerable.Range(0, 3).Select(_ => new CropBatch([], [new TapValues(torch.randn(4, 2, 16, 16).data<float>().ToArray(), [4, 2, 16, 16])]))];
    }
}
