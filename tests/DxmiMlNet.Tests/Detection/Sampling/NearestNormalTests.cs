using DxmiMlNet.Detection;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Evaluation;
using DxmiMlNet.Detection.Dxmi.Sampling;
using DxmiMlNet.Onnx;
using DxmiMlNet.Tests.Detection;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Tests.Detection.Sampling;

[TestClass]
public class NearestNormalTests
{
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly Lazy<GraphAnomalyTransformer> s_model = new(() => Mixture.Fit(s_ml));

    // Outside the clusters: second and third value do not go together.
    private static readonly Mixture[] s_outliers = [.. Enumerable.Range(0, 40).Select(i => new Mixture { Features = [10 + i % 2 * 2 - 1, 2.5f - 5 * (i / 20), -40 + 80 * (i / 20) + i] })];

    private static IDataView View(Mixture[] rows) => s_ml.Data.LoadFromEnumerable(rows);

    private static float[][] Nearest(ITransformer transformer, Mixture[] rows) => [.. transformer.Transform(View(rows)).GetColumn<float[]>("NearestNormal")];

    private static float[] Scores(ITransformer transformer, Mixture[] rows) => [.. transformer.Transform(View(rows)).GetColumn<float>("NearestNormalScore")];

    [TestMethod]
    public void The_nearest_normal_of_an_outlier_is_closer_to_the_data_than_the_outlier()
    {
        var data = Mixture.Make(1000, 2);
        // To the nearest row, in units of the values' spreads.
        double Distance(float[] x) => data.Min(row => Math.Sqrt(Sum((x[0] - row.Features[0]) / 1.05, (x[1] - row.Features[1]) / 1.1, (x[2] - row.Features[2]) / 21)));
        using var transformer = s_ml.Transforms.NearestNormal(s_model.Value).Fit(View(s_outliers));
        var nearest = Nearest(transformer, s_outliers);
        int closer = s_outliers.Index().Count(o => Distance(nearest[o.Index]) < Distance(o.Item.Features));
        Assert.IsGreaterThanOrEqualTo(38, closer);

        static double Sum(double a, double b, double c) => a * a + b * b + c * c;
    }

    [TestMethod]
    public void Its_distance_ranks_outliers_above_inliers()
    {
        var inliers = Mixture.Make(200, 3);
        using var transformer = s_ml.Transforms.NearestNormal(s_model.Value).Fit(View(inliers));
        float[] scores = [.. Scores(transformer, inliers), .. Scores(transformer, s_outliers)];
        bool[] isOutlier = [.. inliers.Select(_ => false), .. s_outliers.Select(_ => true)];
        Assert.IsGreaterThan(0.98, RankMetrics.AreaUnderRoc(scores, isOutlier));
    }

    [TestMethod]
    public void A_later_start_moves_good_rows_less()
    {
        var rows = Mixture.Make(100, 3);
        using var early = s_ml.Transforms.NearestNormal(s_model.Value, start: 0.2).Fit(View(rows));
        using var late = s_ml.Transforms.NearestNormal(s_model.Value, start: 0.8).Fit(View(rows));
        Assert.AreEqual(1, early.StartStep);
        Assert.AreEqual(4, late.StartStep);
        Assert.IsLessThan(Scores(early, rows).Average(), Scores(late, rows).Average());
    }

    [TestMethod]
    public void The_estimator_keeps_the_contract()
        => EstimatorContract.Check(s_ml, s_ml.Transforms.NearestNormal(s_model.Value), View(Mixture.Make(20, 3)), FeatureGrid.Invalid(s_ml));

    [TestMethod]
    public void Settings_out_of_range_are_named()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => s_ml.Transforms.NearestNormal(s_model.Value, start: 1));
        StringAssert.Contains(error.Message, "Start is 1. Expected 0 or more, below 1.");
    }

    [TestMethod]
    public void The_map_of_a_grid_shows_the_patch_that_deviates_and_serves_later_stages()
    {
        var options = new DxmiMlNet.Detection.Dxmi.DxmiAnomalyTrainer.Options
        {
            HiddenSizes = [32], EnergyPretrainingIterations = 50, SamplerPretrainingIterations = 800, Iterations = 50, Seed = 1,
        };
        var good = s_ml.Data.LoadFromEnumerable(FeatureGrid.Make(60, 1));
        using var detector = s_ml.AnomalyDetection.Trainers.Dxmi(options).Fit(good);
        var second = s_ml.Transforms.NearestNormal(detector, new NearestNormalEstimator.Options { MapColumnName = "AnomalyMap", ScoreColumnName = "Score" });
        var calibrated = second.Append(s_ml.Transforms.CalibrateAnomalyScore(alpha: 0.1)).Fit(good);

        var anomalous = calibrated.Transform(s_ml.Data.LoadFromEnumerable(FeatureGrid.MakeAnomalous(10, 2, position: 5)));
        CollectionAssert.AreEqual(new[] { FeatureGrid.Height, FeatureGrid.Width }, ((VectorDataViewType)anomalous.Schema["AnomalyMap"].Type).Dimensions.ToArray());
        Assert.IsTrue(anomalous.GetColumn<float[]>("AnomalyMap").All(map => map.Index().MaxBy(e => e.Item).Index == 5));
        Assert.IsTrue(anomalous.GetColumn<ReadOnlyMemory<char>>("Verdict").All(v => v.ToString() == "Reject"));
    }

    [TestMethod]
    public void The_graph_computes_what_libtorch_does()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        const int rows = 6, steps = 4, start = 1, k = 2;
        using var torchSampler = new DdpmSampler(k, NoiseSchedule.Short(steps, 0.1), [16], new Generator(3), CPU);
        // One patch a row, no projection: x = z W^-1 + m.
        float[] whitening = [2, 1, 0, 0.5f], mean = [1, -3];
        var sampler = new DxmiSampler((1, 1, k), new PatchSpace(1, [0, 0], [1, 0, 0, 1], mean, whitening), SamplerNetwork.Of(torchSampler));
        var x = randn(rows, k, generator: new Generator(4));

        var own = (x - tensor(mean)).mm(tensor(whitening, [k, k]));
        var z = torchSampler.Noised(own, start, zeros(rows, k));
        for (int t = start; t < steps; t++)
            z = torchSampler.Mean(z, t);
        var move = z - own;
        float[] expectedMap = [.. (move * move).mean([1L]).sqrt().data<float>()];
        float[] expectedNearest = [.. (x + move.mm(linalg.inv(tensor(whitening, [k, k])))).contiguous().data<float>()];

        using var session = new OnnxSession(SamplerGraph.NearestNormal(sampler, start, pooledPatches: 1), "The graph");
        float[] nearest = new float[rows * k], map = new float[rows], score = new float[rows];
        session.Run((SamplerGraph.Features, [.. x.data<float>()], [rows, 1, k]),
            (SamplerGraph.Nearest, nearest, [rows, 1, k]), (SamplerGraph.Map, map, [rows, 1]), (SamplerGraph.Score, score, [rows]));
        for (int i = 0; i < nearest.Length; i++)
            Assert.AreEqual(expectedNearest[i], nearest[i], 1e-4f * Math.Max(1, Math.Abs(expectedNearest[i])));
        for (int i = 0; i < rows; i++)
            Assert.AreEqual(expectedMap[i], map[i], 1e-4f * Math.Max(1, expectedMap[i]));
        CollectionAssert.AreEqual(map, score);
    }
}
