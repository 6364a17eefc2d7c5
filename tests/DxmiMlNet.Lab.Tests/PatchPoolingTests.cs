using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Lab.Tests;

[TestClass]
public class PatchPoolingTests
{
    private sealed class Pooled
    {
        public float[] PooledFeatures { get; set; } = [];
    }

    [TestMethod]
    public void The_estimator_keeps_the_contract()
    {
        var ml = new MLContext(seed: 1);
        EstimatorContract.Check(ml, ml.Transforms.PoolPatchFeatures(), ml.Data.LoadFromEnumerable(FeatureGrid.Make(5, 1)), FeatureGrid.Invalid(ml));
    }

    [TestMethod]
    public void Means_come_first_then_maxima()
    {
        var ml = new MLContext(seed: 1);
        var grid = FeatureGrid.Make(1, 1)[0];
        var view = ml.Transforms.PoolPatchFeatures().Fit(ml.Data.LoadFromEnumerable(new[] { grid })).Transform(ml.Data.LoadFromEnumerable(new[] { grid }));
        float[] pooled = ml.Data.CreateEnumerable<Pooled>(view, reuseRowObject: false).Single().PooledFeatures;
        Assert.HasCount(2 * FeatureGrid.Channels, pooled);
        for (int c = 0; c < FeatureGrid.Channels; c++)
        {
            double[] values = [.. Enumerable.Range(0, FeatureGrid.Positions).Select(p => grid.Patch(p)[c])];
            Assert.AreEqual(values.Average(), pooled[c], 1e-5);
            Assert.AreEqual(values.Max(), pooled[FeatureGrid.Channels + c], 1e-6);
        }
    }

    [TestMethod]
    public void RandomizedPca_trains_on_pooled_features()
    {
        var ml = new MLContext(seed: 1);
        var good = ml.Data.LoadFromEnumerable(FeatureGrid.Make(40, 1));
        var model = ml.Transforms.PoolPatchFeatures().Append(ml.Transforms.NormalizeMeanVariance("PooledFeatures"))
            .Append(ml.AnomalyDetection.Trainers.RandomizedPca("PooledFeatures", rank: 4)).Fit(good);
        float[] scores = [.. model.Transform(ml.Data.LoadFromEnumerable(FeatureGrid.Make(5, 2).Concat(FeatureGrid.MakeAnomalous(5, 3, 7)))).GetColumn<float>("Score")];
        Assert.IsTrue(scores.All(s => s is >= 0 and <= 1));
    }
}
