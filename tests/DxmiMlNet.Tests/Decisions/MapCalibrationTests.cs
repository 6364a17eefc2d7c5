using DxmiMlNet.Decisions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Decisions;

[TestClass]
public class MapCalibrationTests
{
    private const int Height = 4, Width = 5;

    private class MapRow
    {
        [VectorType(Height, Width)] public float[] AnomalyMap { get; set; } = [];
        public float Label { get; set; }
    }

    private sealed class MaskedRow : MapRow
    {
        [VectorType(Height, Width)] public bool[] Ignored { get; set; } = [];
    }

    private static readonly MLContext s_ml = new(seed: 1);

    [TestMethod]
    public void The_estimator_keeps_the_contract()
        => EstimatorContract.Check(s_ml, s_ml.Transforms.CalibrateAnomalyMap("P"), View(Good(25, 1)), s_ml.Data.LoadFromEnumerable(new[] { new { AnomalyMap = 1f } }));

    [TestMethod]
    public void The_estimator_keeps_the_contract_with_ignored_patches()
    {
        var rows = Good(25, 1).Select((r, i) => new MaskedRow { AnomalyMap = r.AnomalyMap, Ignored = [.. Enumerable.Range(0, Height * Width).Select(p => p % 7 == i % 3)] });
        EstimatorContract.Check(s_ml, s_ml.Transforms.CalibrateAnomalyMap("P"), s_ml.Data.LoadFromEnumerable(rows.ToArray()),
            s_ml.Data.LoadFromEnumerable(new[] { new { AnomalyMap = new VBuffer<float>(1, [1f]), Ignored = "no" } }));
    }

    [TestMethod]
    public void A_pixel_is_as_rare_as_the_good_maps_whose_maximum_reaches_it()
    {
        // Maxima 1, 2, ..., 19.
        var good = Enumerable.Range(1, 19).Select(i => new MapRow { AnomalyMap = [i, .. new float[Height * Width - 1]] });
        using var calibration = s_ml.Transforms.CalibrateAnomalyMap().Fit(View(good));

        Assert.AreEqual(1, calibration.PValue(0));
        Assert.AreEqual(1, calibration.PValue(1));          // (1 + 19) / 20
        Assert.AreEqual(0.95, calibration.PValue(1.5f));    // (1 + 18) / 20
        Assert.AreEqual(0.1, calibration.PValue(19));
        Assert.AreEqual(0.05, calibration.PValue(19.5f));
        Assert.AreEqual(MathF.BitIncrement(19), calibration.Threshold(0.05));
        Assert.AreEqual(19, calibration.CalibrationCount);
    }

    [TestMethod]
    public void Regions_start_where_the_p_value_is_alpha()
    {
        var good = Enumerable.Range(2, 39).Select(i => Explanation.MapRow.Of(i)).ToArray();
        var view = Explanation.MapRow.View(s_ml, good);
        using var calibration = s_ml.Transforms.CalibrateAnomalyMap().Fit(view);
        using var regions = s_ml.Transforms.FindDefectRegions(alpha: 0.1).Fit(view);
        Assert.AreEqual(regions.Threshold, calibration.Threshold(0.1));
        Assert.IsLessThanOrEqualTo(0.1, calibration.PValue(regions.Threshold));
        Assert.IsGreaterThan(0.1, calibration.PValue(MathF.BitDecrement(regions.Threshold)));
    }

    [TestMethod]
    public void Ignored_patches_are_not_learned_from_and_have_p_value_1()
    {
        bool[] ignored = [.. Enumerable.Range(0, Height * Width).Select(p => p == 3)];
        MaskedRow Row(float peak, float atIgnored) => new()
        {
            AnomalyMap = [.. Enumerable.Range(0, Height * Width).Select(p => p == 3 ? atIgnored : p == 0 ? peak : 0)],
            Ignored = ignored,
        };
        using var calibration = s_ml.Transforms.CalibrateAnomalyMap().Fit(s_ml.Data.LoadFromEnumerable(Enumerable.Range(1, 19).Select(i => Row(i, 1000)).ToArray()));
        var p = PValues(calibration, s_ml.Data.LoadFromEnumerable(new[] { Row(500, 2000) })).Single();
        Assert.AreEqual(0.05f, p[0]);
        Assert.AreEqual(1f, p[3]);
    }

    // Pixels of one map depend on each other and are of very different spread: what the maximum statistic does not mind. The number of good parts with any
    // pixel at p <= alpha is at most Binomial(1000, alpha) in the usual stochastic order; alpha N + 4 standard deviations are exceeded with a
    // probability below 1e-4, and the seed is fixed.
    [TestMethod]
    [DataRow(0.05, 19)]
    [DataRow(0.05, 60)]
    [DataRow(0.2, 37)]
    public void The_rate_of_good_parts_with_any_rare_pixel_stays_below_alpha(double alpha, int n)
    {
        const int repetitions = 1000;
        int flagged = 0;
        for (int i = 0; i < repetitions; i++)
        {
            var maps = Good(n + 1, seed: i).ToArray();
            var calibration = new GoodMaps([], [.. maps[..n].Select(m => m.AnomalyMap.Max())]).Calibration;
            flagged += maps[n].AnomalyMap.Any(value => calibration.PValue(value) <= alpha) ? 1 : 0;
        }
        Assert.IsLessThanOrEqualTo(alpha * repetitions + 4 * Math.Sqrt(repetitions * alpha * (1 - alpha)), flagged);
        Assert.IsGreaterThan(0.5 * alpha * repetitions, flagged, "a promise kept by flagging nothing would be worth nothing");
    }

    [TestMethod]
    public void Without_good_images_there_is_an_error()
        => Assert.ThrowsExactly<DxmiException>(() => s_ml.Transforms.CalibrateAnomalyMap().Fit(View(Good(3, 1).Select(r => new MapRow { AnomalyMap = r.AnomalyMap, Label = 1 }))));

    private static IDataView View(IEnumerable<MapRow> rows) => s_ml.Data.LoadFromEnumerable(rows.ToArray());

    private static IEnumerable<float[]> PValues(ITransformer model, IDataView data) => model.Transform(data).GetColumn<float[]>("PValueMap");

    private static IEnumerable<MapRow> Good(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float common = random.NextSingle();
            return new MapRow { AnomalyMap = [.. Enumerable.Range(0, Height * Width).Select(p => common + p * p * random.NextSingle() * random.NextSingle())] };
        })];
    }
}
