using DxmiMlNet.Diffusion.Training;
using TorchSharp;

namespace DxmiMlNet.Diffusion.Tests.Training;

[TestClass]
public class TrainingRunTests
{
    [TestMethod]
    public void No_tensor_is_left_behind_by_a_whole_run()
    {
        void RunOnce()
        {
            using var setup = new TrainingSetup(new DxmiOptions { Iterations = 5, BatchSize = 32 });
            setup.Run(pretraining: 5).Run();
        }
        RunOnce();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        RunOnce();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    [DataRow(7, "sampler pretraining")]
    [DataRow(30, "DxMI")]
    public void A_run_that_was_stopped_continues_to_the_same_result(int stopAfterReports, string expectedPhase)
    {
        var options = new DxmiOptions { Iterations = 60, BatchSize = 32 };
        using var whole = new TrainingSetup(options);
        whole.Run(pretraining: 100).Run();

        var store = new MemoryStore();
        using (var stopped = new TrainingSetup(options))
        {
            using var cancellation = new CancellationTokenSource();
            int reports = 0;
            string phase = "";
            Assert.ThrowsExactly<OperationCanceledException>(() => stopped.Run(pretraining: 100).Run(p =>
            {
                phase = p.Phase;
                if (++reports == stopAfterReports)
                    cancellation.Cancel();
            }, store, cancellation.Token));
            Assert.AreEqual(expectedPhase, phase);
        }
        using var resumed = new TrainingSetup(options);
        resumed.Run(pretraining: 100).Run(checkpoint: store);
        CollectionAssert.AreEqual(whole.Result(), resumed.Result());
        Assert.IsNull(store.Bytes);
    }

    [TestMethod]
    public void A_checkpoint_of_other_settings_is_not_continued()
    {
        var store = new MemoryStore();
        using var cancellation = new CancellationTokenSource();
        using var first = new TrainingSetup(new DxmiOptions { Iterations = 10, BatchSize = 32 });
        Assert.ThrowsExactly<OperationCanceledException>(() => first.Run(pretraining: 20, "other").Run(_ => cancellation.Cancel(), store, cancellation.Token));
        using var second = new TrainingSetup(new DxmiOptions { Iterations = 10, BatchSize = 32 });
        int firstReport = 0;
        second.Run(pretraining: 20).Run(p => firstReport = firstReport == 0 ? p.Iteration : firstReport, store);
        Assert.AreEqual(5, firstReport);
    }

    [TestMethod]
    public void Progress_grows_to_one_with_the_time_left_falling_to_zero()
    {
        using var setup = new TrainingSetup(new DxmiOptions { Iterations = 20, BatchSize = 32 });
        var reports = new List<TrainingProgress>();
        setup.Run(pretraining: 20).Run(reports.Add);
        CollectionAssert.AreEqual(reports.Select(r => r.Fraction).Order().ToArray(), reports.Select(r => r.Fraction).ToArray());
        Assert.AreEqual(1, reports[^1].Fraction, 1e-9);
        Assert.AreEqual(TimeSpan.Zero, reports[^1].Remaining);
        Assert.AreEqual(20 / 120.0, reports.Last(r => r.Phase == "sampler pretraining").Fraction, 1e-9);   // an iteration of DxMI counts five times
    }
}
