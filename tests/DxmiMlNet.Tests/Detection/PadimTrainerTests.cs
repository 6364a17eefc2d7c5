using DxmiMlNet.Detection.Padim;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Detection;

[TestClass]
public class PadimTrainerTests
{
    [TestMethod]
    public void The_estimator_keeps_the_contract()
    {
        var ml = new MLContext(seed: 1);
        EstimatorContract.Check(ml, ml.AnomalyDetection.Trainers.Padim(channels: 4), ml.Data.LoadFromEnumerable(FeatureGrid.Make(10, 1)), FeatureGrid.Invalid(ml));
    }

    [TestMethod]
    public void Map_and_score_equal_naive_Mahalanobis_distances()
    {
        var ml = new MLContext(seed: 1);
        var train = FeatureGrid.Make(21, 1);
        using var model = ml.AnomalyDetection.Trainers.Padim().Fit(ml.Data.LoadFromEnumerable(train));
        var engine = ml.Model.CreatePredictionEngine<FeatureGrid, GridPrediction>(model);
        foreach (var grid in FeatureGrid.Make(4, 2).Concat(FeatureGrid.MakeAnomalous(2, 3, position: 7)))
        {
            var actual = engine.Predict(grid);
            double[] map = [.. Enumerable.Range(0, FeatureGrid.Positions).Select(p => Mahalanobis(grid.Patch(p), [.. train.Select(g => g.Patch(p))]))];
            for (int p = 0; p < map.Length; p++)
                Assert.AreEqual(map[p], actual.AnomalyMap[p], 1e-4 * map[p]);
            Assert.AreEqual(map.Max(), actual.Score, 1e-4 * map.Max());
        }
    }

    [TestMethod]
    public void The_seed_draws_the_channels()
    {
        var ml = new MLContext();
        var data = FeatureGrid.Make(10, 1);
        float[] first = Scores(7);
        CollectionAssert.AreEqual(first, Scores(7));
        CollectionAssert.AreNotEqual(first, Scores(8));

        float[] Scores(int seed)
        {
            using var model = ml.AnomalyDetection.Trainers.Padim(channels: 2, seed: seed).Fit(ml.Data.LoadFromEnumerable(data));
            return [.. model.Transform(ml.Data.LoadFromEnumerable(data)).GetColumn<float>("Score")];
        }
    }

    [TestMethod]
    public void Few_rows_and_constant_channels_have_an_invertible_covariance()
    {
        var ml = new MLContext(seed: 1);
        var grids = FeatureGrid.Make(2, 1);
        foreach (var grid in grids)
            for (int i = 0; i < grid.Features.Length; i += 3)
                grid.Features[i] = 5;
        using var model = ml.AnomalyDetection.Trainers.Padim().Fit(ml.Data.LoadFromEnumerable(grids));
        Assert.IsTrue(model.Transform(ml.Data.LoadFromEnumerable(grids)).GetColumn<float>("Score").All(float.IsFinite));
    }

    [TestMethod]
    public void One_good_row_is_too_few()
    {
        var ml = new MLContext(seed: 1);
        var error = Assert.ThrowsExactly<DxmiException>(() => ml.AnomalyDetection.Trainers.Padim().Fit(ml.Data.LoadFromEnumerable(FeatureGrid.Make(1, 1))));
        StringAssert.Contains(error.What, "1 good row");
    }

    [TestMethod]
    public void Settings_out_of_range_are_named()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => new MLContext().AnomalyDetection.Trainers.Padim(new PadimTrainer.Options { AddedVariance = 0 }));
        StringAssert.Contains(error.Message, "AddedVariance is 0. Expected a finite number above 0.");
    }

    // sqrt((x - m)^T S^-1 (x - m)), S = sum (y - m) (y - m)^T / (n - 1) + 0.01 I, by Gaussian elimination of S z = x - m.
    private static double Mahalanobis(double[] x, double[][] good)
    {
        int k = x.Length;
        double[] mean = [.. Enumerable.Range(0, k).Select(c => good.Average(y => y[c]))];
        double[] centred = [.. x.Select((v, c) => v - mean[c])];
        var system = new double[k][];   // [S | x - m]
        for (int i = 0; i < k; i++)
            system[i] = [.. Enumerable.Range(0, k).Select(j => good.Sum(y => (y[i] - mean[i]) * (y[j] - mean[j])) / (good.Length - 1) + (i == j ? 0.01 : 0)), centred[i]];
        for (int i = 0; i < k; i++)
            for (int row = 0; row < k; row++)
                if (row != i)
                {
                    double factor = system[row][i] / system[i][i];
                    system[row] = [.. system[row].Select((v, c) => v - factor * system[i][c])];
                }
        return Math.Sqrt(Enumerable.Range(0, k).Sum(i => centred[i] * system[i][k] / system[i][i]));
    }
}
