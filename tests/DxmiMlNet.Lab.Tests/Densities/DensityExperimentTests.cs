using DxmiMlNet.Files;
using DxmiMlNet.Lab.Densities;
using TorchSharp;

namespace DxmiMlNet.Lab.Tests.Densities;

[TestClass]
public class DensityExperimentTests
{
    [TestMethod]
    [DataRow(false, true)]
    [DataRow(false, false)]
    [DataRow(true, true)]
    public void A_run_gives_figures_curves_and_what_to_draw(bool single, bool pretrained)
    {
        var run = new DensityRun { Density = "8gaussians", Points = 500, Steps = 3, Iterations = 4, IsSingleNetwork = single, IsPretrained = pretrained };
        var result = DensityExperiment.Run(run);
        Assert.IsGreaterThan(0, result.Distance.First);
        Assert.IsGreaterThanOrEqualTo(result.Distance.First, result.Distance.Second);
        Assert.IsInRange(0.0, 1.0, result.Auroc!.Value);
        Assert.AreEqual(0.902, result.IdealAuroc, 0.03);
        Assert.AreEqual(8, result.ModeShares.Sum(), 1e-9);
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4 }, result.Curves.Rows.Select(r => r.Iteration).ToArray());
        CollectionAssert.IsSubsetOf(new[] { "energy of data", "energy of samples", "value loss", "sampler loss", "spread", "sigma 0", "sigma 2", "AVR variance 2" }, result.Curves.Names.ToArray());
        Assert.AreEqual(result.Landscape!.Length, result.TrueLandscape.Length);
        Assert.HasCount(4, result.Trajectories[0]);
    }

    [TestMethod]
    public void One_training_is_measured_in_several_numbers_of_steps_guided_and_converted_to_one()
    {
        var run = new DensityRun { Density = "8gaussians", Points = 500, Iterations = 8, IsAnyStep = true };
        DensityRun[] runs = [run with { Steps = 1 }, run with { Steps = 3 }, run with { Guidance = 0.5 }, run with { IsOneStep = true }];
        Assert.HasCount(1, runs.Select(r => r.ToTraining()).Distinct());
        Assert.HasCount(4, runs.Select(r => r.Key).Distinct());
        var results = DensityExperiment.Run(runs, null);
        CollectionAssert.AreEqual(new[] { 2, 4, 6, 6 }, results.Select(r => r.Trajectories[0].Count).ToArray());   // x_0 .. x_T
        Assert.HasCount(4, results.Select(r => r.Distance).Distinct());
        Assert.IsTrue(results.All(r => r.Distance.First > 0 && r.Auroc is > 0 and < 1));
        // Measured alone, or of a training that was kept, it is the same.
        Assert.AreEqual(results[1].Distance, DensityExperiment.Run(runs[1]).Distance);
    }

    [TestMethod]
    public void A_training_that_was_kept_is_not_repeated()
    {
        using var folder = new TestFolder();
        var store = new FileCheckpointStore(folder.File("training.bin"));
        var run = new DensityRun { Density = "8gaussians", Points = 500, Iterations = 4, IsAnyStep = true };
        var first = DensityExperiment.Run([run], store)[0];
        int reports = 0;
        var again = DensityExperiment.Run([run with { Steps = 2 }, run], store, _ => reports++);
        Assert.AreEqual(0, reports);
        Assert.AreEqual(first.Distance, again[1].Distance);
        CollectionAssert.AreEqual(first.Curves.Names.ToArray(), again[0].Curves.Names.ToArray());
        Assert.HasCount(4, again[0].Curves.Rows);
    }

    [TestMethod]
    public void A_training_too_short_for_a_checkpoint_leaves_none()
    {
        using var folder = new TestFolder();
        var run = new DensityRun { Density = "8gaussians", Points = 500, Steps = 2, Iterations = 2 };
        DensityExperiment.Run([run], new DensityRowStore(folder.Path).Checkpoint(run.ToTraining()));
        Assert.IsEmpty(Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories));
    }

    [TestMethod]
    public void The_single_network_has_the_Fourier_features_of_a_separate_energy_where_asked_for()
    {
        var run = new DensityRun { Density = "8gaussians", Points = 500, Steps = 2, Iterations = 2, IsSingleNetwork = true, HasFourierFeatures = true };
        Assert.IsInRange(0.0, 1.0, DensityExperiment.Run(run).Auroc!.Value);
        Assert.AreNotEqual(run.Key, (run with { HasFourierFeatures = false }).Key);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_DDPM_has_no_energy_and_runs_in_few_steps(bool converted)
    {
        var result = DensityExperiment.Run(new DensityRun { Density = "checkerboard", Points = 500, IsDxmi = false, IsConverted = converted, Steps = 5, Iterations = 2 });
        Assert.IsNull(result.Auroc);
        Assert.IsNull(result.Landscape);
        Assert.HasCount(6, result.Trajectories[0]);
        Assert.AreEqual(0.75, result.IdealAuroc, 0.05);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_figures()
    {
        var run = new DensityRun { Density = "2spirals", Points = 500, Iterations = 3, Seed = 5 };
        Assert.AreEqual(DensityExperiment.Run(run).Distance, DensityExperiment.Run(run).Distance);
        Assert.AreNotEqual(DensityExperiment.Run(run).Distance, DensityExperiment.Run(run with { Seed = 6 }).Distance);
    }

    [TestMethod]
    public void A_run_that_diverges_says_when_and_why_and_is_measured_all_the_same()
    {
        var result = DensityExperiment.Run(new DensityRun { Density = "8gaussians", Points = 500, Steps = 2, Iterations = 100, Tau = 0, EnergyRate = 1e30 });
        StringAssert.Contains(result.Divergence, "at iteration ");
        StringAssert.Contains(result.Divergence, "not finite");
        Assert.HasCount(8, result.ModeShares);
    }

    [TestMethod]
    public void No_tensor_is_left_behind_by_a_run()
    {
        var run = new DensityRun { Density = "8gaussians", Points = 500, Steps = 2, Iterations = 2, IsPretrained = true };
        DensityExperiment.Run(run);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        DensityExperiment.Run(run);
        DensityExperiment.Run(run with { IsSingleNetwork = true });
        DensityExperiment.Run(run with { IsDxmi = false });
        Assert.AreEqual(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void The_plan_of_any_number_of_steps_has_one_training_a_seed_and_fixed_ones_beside_it()
    {
        DensityRun[] rows = [.. DensityPlan.Rows(["8gaussians"], seeds: 2, iterations: 7, points: 500, anyStep: true)];
        Assert.HasCount(rows.Length, rows.Select(r => r.Key).Distinct());
        Assert.HasCount(2, rows.Where(r => r.IsAnyStep).Select(r => r.ToTraining()).Distinct());
        CollectionAssert.IsSubsetOf(new[] { 1, 2, 4, 5, 8, 16 }, rows.Where(r => r is { IsAnyStep: true, IsOneStep: false, Guidance: 0 }).Select(r => r.Steps).ToArray());
        CollectionAssert.IsSubsetOf(new[] { 2, 5, 8 }, rows.Where(r => !r.IsAnyStep).Select(r => r.Steps).ToArray());
        Assert.IsTrue(rows.Any(r => r.IsOneStep) && rows.Any(r => r.Guidance > 0));
    }

    [TestMethod]
    public void The_plan_begins_with_the_main_rows_and_has_every_row_once()
    {
        DensityRun[] rows = [.. DensityPlan.Rows(["8gaussians", "2spirals"], seeds: 2, iterations: 7, points: 500)];
        Assert.AreEqual(new DensityRun { Density = "8gaussians", Points = 500, IsPretrained = true, Seed = 1, Iterations = 7 }, rows[0]);
        Assert.AreEqual(rows.Length, rows.Select(r => r.Key).Distinct().Count());
        // tau, with and without pretraining, with and without AVR, are all there on eight Gaussians.
        var taus = rows.Where(r => r is { Density: "8gaussians", IsDxmi: true, IsSingleNetwork: false, HasAdaptiveVelocity: true, IsPretrained: false }).Select(r => r.Tau).Distinct().Order();
        CollectionAssert.AreEqual(new[] { 0, 0.01, 0.05, 0.1 }, taus.ToArray());
        CollectionAssert.AreEquivalent(new[] { 5, 10, 100, 1000 }, rows.Where(r => r is { Density: "2spirals", IsDxmi: false, IsConverted: false, Seed: 1 }).Select(r => r.Steps).ToArray());
    }
}
