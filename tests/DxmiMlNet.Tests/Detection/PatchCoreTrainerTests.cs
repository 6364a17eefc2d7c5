using DxmiMlNet.Detection.PatchCore;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Detection;

[TestClass]
public class PatchCoreTrainerTests
{
    // Everything memorised: what remains is the search.
    private static PatchCoreTrainer.Options Everything(int neighbours = 4) => new() { CoresetShare = 1, Neighbours = neighbours, Seed = 1 };

    [TestMethod]
    public void The_estimator_keeps_the_contract()
    {
        var ml = new MLContext(seed: 1);
        EstimatorContract.Check(ml, ml.AnomalyDetection.Trainers.PatchCore(coresetShare: 0.3), ml.Data.LoadFromEnumerable(FeatureGrid.Make(10, 1)), FeatureGrid.Invalid(ml));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(2)]
    [DataRow(4)]
    [DataRow(120)]
    public void Map_and_score_equal_a_naive_search_and_the_papers_formula(int neighbours)
    {
        var ml = new MLContext(seed: 1);
        var train = FeatureGrid.Make(10, 1);
        double[][] bank = [.. train.SelectMany(g => Enumerable.Range(0, FeatureGrid.Positions).Select(g.Patch))];
        using var model = ml.AnomalyDetection.Trainers.PatchCore(Everything(neighbours)).Fit(ml.Data.LoadFromEnumerable(train));
        var engine = ml.Model.CreatePredictionEngine<FeatureGrid, GridPrediction>(model);
        foreach (var grid in FeatureGrid.Make(5, 2).Concat(FeatureGrid.MakeAnomalous(2, 3, position: 7)))
        {
            var actual = engine.Predict(grid);
            double[] map = [.. Enumerable.Range(0, FeatureGrid.Positions).Select(p => bank.Min(m => Distance(grid.Patch(p), m)))];
            for (int p = 0; p < map.Length; p++)
                Assert.AreEqual(map[p], actual.AnomalyMap[p], 1e-4);
            Assert.AreEqual(NaiveScore(grid, map, bank, neighbours), actual.Score, 1e-4);
        }
    }

    [TestMethod]
    public void As_published_the_score_is_the_maps_maximum()
    {
        var ml = new MLContext(seed: 1);
        using var model = ml.AnomalyDetection.Trainers.PatchCore(coresetShare: 0.3).Fit(ml.Data.LoadFromEnumerable(FeatureGrid.Make(20, 1)));
        var engine = ml.Model.CreatePredictionEngine<FeatureGrid, GridPrediction>(model);
        foreach (var prediction in FeatureGrid.Make(5, 2).Select(grid => engine.Predict(grid)))
            Assert.AreEqual(prediction.AnomalyMap.Max(), prediction.Score, 1e-6);
    }

    [TestMethod]
    public void An_anomalous_patch_has_the_maps_maximum()
    {
        var ml = new MLContext(seed: 1);
        using var model = ml.AnomalyDetection.Trainers.PatchCore(coresetShare: 0.2).Fit(ml.Data.LoadFromEnumerable(FeatureGrid.Make(30, 1)));
        var engine = ml.Model.CreatePredictionEngine<FeatureGrid, GridPrediction>(model);
        float good = FeatureGrid.Make(10, 2).Max(g => engine.Predict(g).Score);
        foreach (var grid in FeatureGrid.MakeAnomalous(10, 3, position: 7))
        {
            var prediction = engine.Predict(grid);
            Assert.IsGreaterThan(good, prediction.Score);
            Assert.AreEqual(7, prediction.AnomalyMap.Index().MaxBy(e => e.Item).Index);
        }
    }

    [TestMethod]
    [DataRow(0.1, 10_000, 12)]
    [DataRow(0.5, 10_000, 60)]
    [DataRow(0.5, 7, 7)]
    [DataRow(0.001, 10_000, 1)]
    public void As_many_patches_are_memorised_as_share_and_maximum_allow(double share, int maximum, int expected)
    {
        var ml = new MLContext(seed: 1);
        var options = new PatchCoreTrainer.Options { CoresetShare = share, MaximumBankSize = maximum };
        using var model = ml.AnomalyDetection.Trainers.PatchCore(options).Fit(ml.Data.LoadFromEnumerable(FeatureGrid.Make(10, 1)));
        StringAssert.Contains(model.Summary, $"PatchCore with {expected} of 120 patches");
    }

    [TestMethod]
    public void The_sample_of_patches_bounds_what_can_be_memorised()
    {
        var ml = new MLContext(seed: 1);
        var options = new PatchCoreTrainer.Options { CoresetShare = 1, MaximumPatches = 50 };
        using var model = ml.AnomalyDetection.Trainers.PatchCore(options).Fit(ml.Data.LoadFromEnumerable(FeatureGrid.Make(10, 1)));
        StringAssert.Contains(model.Summary, "PatchCore with 50 of 120 patches");
    }

    [TestMethod]
    public void Rows_labelled_anomalous_are_not_memorised()
    {
        var ml = new MLContext(seed: 1);
        var good = FeatureGrid.Make(10, 1);
        using var alone = ml.AnomalyDetection.Trainers.PatchCore(Everything()).Fit(ml.Data.LoadFromEnumerable(good));
        using var mixed = ml.AnomalyDetection.Trainers.PatchCore(Everything()).Fit(ml.Data.LoadFromEnumerable(good.Concat(FeatureGrid.MakeAnomalous(5, 2, 3))));
        Assert.AreEqual(alone.Summary, mixed.Summary);
    }

    [TestMethod]
    public void No_good_row_is_too_few()
    {
        var ml = new MLContext(seed: 1);
        var error = Assert.ThrowsExactly<DxmiException>(
            () => ml.AnomalyDetection.Trainers.PatchCore().Fit(ml.Data.LoadFromEnumerable(FeatureGrid.MakeAnomalous(3, 1, 0))));
        StringAssert.Contains(error.What, "no good rows");
    }

    [TestMethod]
    public void Settings_out_of_range_are_named()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => new MLContext().AnomalyDetection.Trainers.PatchCore(new PatchCoreTrainer.Options { Neighbours = 1 }));
        StringAssert.Contains(error.Message, "Neighbours is 1. Expected 0, or 2 or more.");
    }

    // Equation 7 of the paper, in double precision.
    private static double NaiveScore(FeatureGrid grid, double[] map, double[][] bank, int neighbours)
    {
        var (at, score) = map.Index().MaxBy(e => e.Item);
        if (neighbours == 0)
            return score;
        double[] peak = grid.Patch(at), nearest = bank.MinBy(m => Distance(peak, m))!;
        double sum = bank.OrderBy(m => Distance(nearest, m)).Take(neighbours).Sum(m => Math.Exp(Distance(peak, m)));
        return (1 - Math.Exp(score) / sum) * score;
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
}
