using DxmiMlNet.Detection;
using DxmiMlNet.Detection.Padim;
using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Detection.PatchCore;
using DxmiMlNet.Onnx;
using Microsoft.ML;

namespace DxmiMlNet.Tests.Detection;

/// <summary>Maps brought to what held-back good rows show at each position, and scores from several pooled statistics.</summary>
[TestClass]
public class StandardisedMapsTests
{
    private static HeldBackMap[] Maps(params float[][] values) => [.. values.Select(v => new HeldBackMap(v, null))];

    [TestMethod]
    public void One_position_is_brought_to_mean_0_and_deviation_1()
    {
        var scale = MapScale.Of(Maps([1], [2], [3], [6]), 1, 1);
        // Mean 3, deviation sqrt((4 + 1 + 0 + 9) / 4).
        float[] expected = [-2, -1, 0, 3];
        for (int i = 0; i < 4; i++)
            Assert.AreEqual(expected[i] / Math.Sqrt(3.5), scale.Apply([expected[i] + 3])[0], 1e-5);
    }

    [TestMethod]
    public void Two_positions_that_are_no_neighbours_keep_half_of_their_own_mean_with_three_rows()
    {
        // [1, 5]: positions 0 and 4 share no neighbour but 2. Three rows count as much as the prior of all positions.
        var scale = MapScale.Of(Maps([1, 1, 1, 9, 9], [1, 1, 1, 9, 9], [1, 1, 1, 9, 9]), 1, 5);
        // Over neighbours: 1, 1, 11/3, 19/3, 9; mean of all 21/5. Shrunk half-way: 2.6, 2.6, 3.9333, 5.2667, 6.6.
        // No row deviates from its position, so the variance is that within 3 x 3 neighbourhoods: positions 2 and 3 have 128/9 each, 256/45 on the average.
        double within = 256 / 45.0, floor = 0.05 * 4.2 + 1e-6;
        double[] mean = [2.6, 2.6, 2.6 + 4 / 3.0, 2.6 + 8 / 3.0, 6.6];
        double[] spread = [.. new[] { 0, 0, 128 / 9.0, 128 / 9.0, 0 }.Select(v => Math.Sqrt(0.5 * v + 0.5 * within) + floor)];
        double[] u = [.. new double[] { 1, 1, 1, 9, 9 }.Select((v, p) => (v - mean[p]) / spread[p])];
        double m = u.Average(), d = Math.Sqrt(u.Average(v => (v - m) * (v - m)));
        float[] actual = scale.Apply([1, 1, 1, 9, 9]);
        for (int p = 0; p < 5; p++)
            Assert.AreEqual((u[p] - m) / d, actual[p], 1e-4, $"position {p}");
    }

    [TestMethod]
    public void Ignored_patches_do_not_count()
    {
        bool[] ignored = [true, false, false];
        HeldBackMap[] maps = [new([500, 1, 2], ignored), new([900, 3, 4], ignored)];
        HeldBackMap[] others = [new([-7, 1, 2], ignored), new([0, 3, 4], ignored)];
        CollectionAssert.AreEqual(MapScale.Of(others, 1, 3).Mean, MapScale.Of(maps, 1, 3).Mean);
        CollectionAssert.AreEqual(MapScale.Of(others, 1, 3).Spread, MapScale.Of(maps, 1, 3).Spread);
        Assert.AreEqual(PooledScore.Of(others, [0.5]).Mean[0], PooledScore.Of(maps, [0.5]).Mean[0]);
    }

    [TestMethod]
    public void The_score_is_the_mean_of_standardised_pooled_statistics()
    {
        var maps = Maps([1, 2, 3, 4], [-1, 1, 4, 6]);
        var score = PooledScore.Of(maps, [0.25, 0.5]);
        // Levels 2.5 and 2.5. The highest above it: 1.5 and 3.5, mean 2.5, deviation 1. Of the two highest: 1 and 2.5, mean 1.75, deviation 0.75.
        CollectionAssert.AreEqual(new[] { 1, 2 }, score.Counts);
        Assert.AreEqual(2.5 + 2 * Math.Sqrt(4.25), score.Usual.To, 1e-4, "All patches have mean 2.5 and variance 4.25.");
        // Level 2, the highest 4 above it, the two highest 2.5.
        Assert.AreEqual((4 - 2.5) / 1 / 2 + (2.5 - 1.75) / 0.75 / 2, score.Score(new HeldBackMap([6, 0, 3, -1], null)), 1e-4);
    }

    [TestMethod]
    public void What_lifts_a_whole_part_a_little_does_not_count_and_much_does()
    {
        var score = PooledScore.Of(Maps([1, 2, 3, 4], [-1, 0, 3, 7]), [0.25]);
        double Lifted(float by) => score.Score(new HeldBackMap([1 + by, 2 + by, 3 + by, 4 + by], null));
        Assert.AreEqual(Lifted(0), Lifted(0.5f), 1e-4);
        Assert.IsTrue(Lifted(50) > Lifted(0) + 5);
    }

    [TestMethod]
    public void Shares_that_come_to_the_same_number_of_patches_count_once()
        => CollectionAssert.AreEqual(new[] { 1 }, PooledScore.Of(Maps([1, 2, 3], [3, 2, 1]), [0.001, 0.003]).Counts);

    [TestMethod]
    public void The_graph_scales_sums_and_pools_as_the_parts_do()
    {
        var held = Maps([1, 2, 3, 4, 5, 6], [2, 2, 9, 4, 1, 0], [3, 1, 2, 4, 7, 6]);
        var standard = MapStandard.Of(held, 2, 3) with { Score = PooledScore.Of(held, [0.2, 0.5]) };
        var graph = DetectionGraph.Begin("test", (2, 3, 1), ignores: false);
        DetectionGraph.GiveStandardised(graph, graph.Reshape(DetectionGraph.Input, -1, 6), standard, (2, 3, 1), ignores: false);
        using var session = new OnnxSession(graph.ToModel(), "The graph");
        float[] features = [5, 1, 0, 2, 8, 3], map = new float[6], score = new float[1];
        session.Run(("Features", features, [1, 2, 3, 1]), ("AnomalyMap", map, [1, 2, 3]), ("Score", score, [1]));
        float[] expected = standard.Scale.Apply(features);
        for (int p = 0; p < 6; p++)
            Assert.AreEqual(expected[p], map[p], 1e-4);
        Assert.AreEqual(standard.Score.Score(new HeldBackMap(expected, null)), score[0], 1e-4);
    }

    [TestMethod]
    public void Of_fewer_inspected_patches_than_are_pooled_the_score_is_that_of_all()
    {
        var held = Maps([1, 2, 3, 4, 5, 6], [2, 2, 9, 4, 1, 0], [3, 1, 2, 4, 7, 6]);
        var score = PooledScore.Of(held, [0.2, 0.7]);   // 1 and 4 patches
        var graph = DetectionGraph.Begin("test", (2, 3, 1), ignores: true);
        DetectionGraph.GiveScore(graph, DetectionGraph.GiveMap(graph, graph.Reshape(DetectionGraph.Input, -1, 6), (2, 3, 1), ignores: true), score, ignores: true);
        using var session = new OnnxSession(graph.ToModel(), "The graph");
        float[] map = [5, 1, 0, 2, 28, 3], seen = new float[6], actual = new float[1];
        bool[] ignored = [false, true, true, true, false, true];
        session.Run([("Features", map, [1, 2, 3, 1]), ("Ignored", [.. ignored.Select(i => i ? 1f : 0)], [1, 2, 3])], [("AnomalyMap", seen, [1, 2, 3]), ("Score", actual, [1])]);
        Assert.AreEqual(score.Score(new HeldBackMap(map, ignored)), actual[0], 1e-4);
    }

    [TestMethod]
    [DataRow(4, 0)]
    [DataRow(5, 1)]
    [DataRow(9, 1)]
    [DataRow(100, 20)]
    public void The_last_fifth_of_the_rows_is_held_back(int rows, int heldBack)
    {
        var blocks = new RowBlocks(rows);
        Assert.AreEqual(heldBack, Enumerable.Range(0, rows).Count(blocks.IsHeldBack));
        Assert.IsTrue(Enumerable.Range(rows - heldBack, heldBack).All(blocks.IsHeldBack));
        Assert.AreEqual(heldBack == 0 ? rows : heldBack, Enumerable.Range(0, rows).Count(blocks.Standardises));
    }

    public static IEnumerable<object[]> Peers =>
    [
        [(MLContext ml, bool on) => (IEstimator<GraphAnomalyTransformer>)ml.AnomalyDetection.Trainers.Padim(new PadimTrainer.Options { Standardise = on, Seed = 1 })],
        [(MLContext ml, bool on) => (IEstimator<GraphAnomalyTransformer>)ml.AnomalyDetection.Trainers.PatchCore(new PatchCoreTrainer.Options { Standardise = on, Seed = 1 })],
    ];

    [TestMethod]
    [DynamicData(nameof(Peers))]
    public void Any_method_can_be_standardised_and_keeps_the_contract(Func<MLContext, bool, IEstimator<GraphAnomalyTransformer>> trainer)
    {
        var ml = new MLContext(seed: 1);
        EstimatorContract.Check(ml, trainer(ml, true), ml.Data.LoadFromEnumerable(FeatureGrid.Make(20, 1)), FeatureGrid.Invalid(ml));
        using var model = trainer(ml, true).Fit(ml.Data.LoadFromEnumerable(FeatureGrid.Make(40, 1)));
        StringAssert.Contains(model.Summary, "standardised");
        var engine = ml.Model.CreatePredictionEngine<FeatureGrid, GridPrediction>(model);
        var good = FeatureGrid.Make(60, 2).Select(grid => engine.Predict(grid)).ToArray();
        Assert.AreEqual(0, good.Average(p => p.Score), 1.5, "Good parts score about 0, in units of their spread.");
        var bad = FeatureGrid.MakeAnomalous(5, 3, position: 7).Select(grid => engine.Predict(grid)).ToArray();
        Assert.IsTrue(bad.All(p => p.Score > good.Max(g => g.Score) && p.AnomalyMap.Index().MaxBy(e => e.Item).Index == 7));
    }
}
