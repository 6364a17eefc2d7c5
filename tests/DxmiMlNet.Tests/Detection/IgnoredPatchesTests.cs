using DxmiMlNet.Detection;
using DxmiMlNet.Detection.Dxmi;
using DxmiMlNet.Detection.Padim;
using DxmiMlNet.Detection.PatchCore;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Detection;

/// <summary>What every detector does with patches that are to be ignored.</summary>
[TestClass]
public class IgnoredPatchesTests
{
    private static readonly MLContext s_ml = new(seed: 1);

    public static IEnumerable<object[]> Methods => [["dxmi"], ["patchcore"], ["padim"], ["patchcore+"], ["padim+"]];

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void The_estimator_keeps_the_contract(string method)
        => EstimatorContract.Check(s_ml, Trainer(method), s_ml.Data.LoadFromEnumerable(Make(12, noise: 1)),
            s_ml.Data.LoadFromEnumerable(new[] { new { Features = new VBuffer<float>(1, [1f]), Ignored = 1f } }));

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void Whatever_is_in_an_ignored_patch_neither_trains_nor_scores(string method)
    {
        using var model = Trainer(method).Fit(s_ml.Data.LoadFromEnumerable(Make(20, noise: 1)));
        using var other = Trainer(method).Fit(s_ml.Data.LoadFromEnumerable(Make(20, noise: 900)));

        var expected = Predict(model, Make(5, noise: 3));
        AssertSame(expected, Predict(model, Make(5, noise: 700)), "scoring");
        AssertSame(expected, Predict(other, Make(5, noise: 3)), "training");
        Assert.IsTrue(model.Ignores);
    }

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void An_ignored_patch_has_the_lowest_value_of_the_others_in_the_map(string method)
    {
        using var model = Trainer(method).Fit(s_ml.Data.LoadFromEnumerable(Make(20, noise: 1)));
        var grids = Make(4, noise: 500);
        foreach (var (grid, prediction) in grids.Zip(Predict(model, grids)))
        {
            float lowest = prediction.AnomalyMap.Where((_, p) => !grid.Ignored[p]).Min();
            Assert.IsTrue(prediction.AnomalyMap.Where((_, p) => grid.Ignored[p]).All(v => v == lowest));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void With_masks_that_ignore_nothing_scores_are_those_without_masks(string method)
    {
        var grids = Make(20, noise: 1);
        foreach (var grid in grids)
            grid.Ignored = new bool[FeatureGrid.Positions];
        using var with = Trainer(method).Fit(s_ml.Data.LoadFromEnumerable(grids));
        using var without = Trainer(method).Fit(s_ml.Data.LoadFromEnumerable<FeatureGrid>(grids));
        Assert.IsFalse(without.Ignores);
        AssertSame(Predict(without, grids), Predict(with, grids), method);
    }

    [TestMethod]
    public void A_position_that_no_training_image_shows_can_be_scored_all_the_same()
    {
        foreach (var method in Methods)
        {
            using var model = Trainer((string)method[0]).Fit(s_ml.Data.LoadFromEnumerable(Make(20, noise: 1)));
            float[] map = new float[FeatureGrid.Positions];
            float score = model.Score(FeatureGrid.Make(1, 9)[0].Features, map, new bool[FeatureGrid.Positions]);
            Assert.IsTrue(float.IsFinite(score) && Array.TrueForAll(map, float.IsFinite), $"{method[0]}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Methods))]
    public void An_image_that_is_ignored_altogether_is_an_error_of_its_row(string method)
    {
        using var model = Trainer(method).Fit(s_ml.Data.LoadFromEnumerable(Make(20, noise: 1)));
        var grids = Make(3, noise: 1);
        Array.Fill(grids[2].Ignored, true);
        using var cursor = model.Transform(s_ml.Data.LoadFromEnumerable(grids)).GetRowCursor(model.GetOutputSchema(s_ml.Data.LoadFromEnumerable(grids).Schema));
        var getter = cursor.GetGetter<float>(cursor.Schema["Score"]);
        float score = 0;
        for (int row = 0; row < 2; row++)
        {
            cursor.MoveNext();
            getter(ref score);
        }
        cursor.MoveNext();
        Assert.AreEqual("All patches of row 2 are ignored. A mask should leave at least one patch to inspect. Look at the mask of that image, or leave the image out.",
            Assert.ThrowsExactly<DxmiException>(() => getter(ref score)).Message);
    }

    private static IEstimator<GraphAnomalyTransformer> Trainer(string method) => method switch
    {
        "dxmi" => s_ml.AnomalyDetection.Trainers.Dxmi(Small()),
        "patchcore" => s_ml.AnomalyDetection.Trainers.PatchCore(seed: 1),
        "patchcore+" => s_ml.AnomalyDetection.Trainers.PatchCore(new PatchCoreTrainer.Options { Seed = 1, Standardise = true }),
        "padim+" => s_ml.AnomalyDetection.Trainers.Padim(new PadimTrainer.Options { Seed = 1, Standardise = true }),
        _ => s_ml.AnomalyDetection.Trainers.Padim(seed: 1),
    };

    private static DxmiAnomalyTrainer.Options Small() => new()
    {
        Seed = 1,
        HiddenSizes = [8],
        EnergyPretrainingIterations = 20,
        SamplerPretrainingIterations = 5,
        Iterations = 5,
        BatchSize = 16,
    };

    private static GridPrediction[] Predict(ITransformer model, IEnumerable<FeatureGrid> grids)
        => [.. s_ml.Data.CreateEnumerable<GridPrediction>(model.Transform(grids is MaskedGrid[] masked
            ? s_ml.Data.LoadFromEnumerable(masked) : s_ml.Data.LoadFromEnumerable(grids)), reuseRowObject: false, ignoreMissingColumns: true)];

    private static void AssertSame(GridPrediction[] expected, GridPrediction[] actual, string what)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i].Score, actual[i].Score, 5e-4 * Math.Abs(expected[i].Score) + 1e-3, what);
            for (int p = 0; p < FeatureGrid.Positions; p++)
                Assert.AreEqual(expected[i].AnomalyMap[p], actual[i].AnomalyMap[p], 5e-4 * Math.Abs(expected[i].AnomalyMap[p]) + 1e-3, what);
        }
    }

    /// <summary>Grids with two corners that all of them ignore, and one more patch on every second; there they hold noise of some size.</summary>
    private static MaskedGrid[] Make(int count, float noise)
    {
        var random = new Random((int)noise);
        return [.. FeatureGrid.Make(count, 5).Select((grid, i) =>
        {
            bool[] ignored = [.. Enumerable.Range(0, FeatureGrid.Positions).Select(p => p is 0 or 11 || (p == 6 && i % 2 == 1))];
            return new MaskedGrid
            {
                Features = [.. grid.Features.Select((v, k) => ignored[k / FeatureGrid.Channels] ? noise * random.NextSingle() : v)],
                Ignored = ignored,
            };
        })];
    }

    private sealed class MaskedGrid : FeatureGrid
    {
        [VectorType(Height, Width)] public bool[] Ignored { get; set; } = [];
    }
}
