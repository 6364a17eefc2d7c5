using DxmiMlNet.Detection;
using DxmiMlNet.Detection.Dxmi;
using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Diffusion.Energies;
using DxmiMlNet.Diffusion.Training;
using DxmiMlNet.Evaluation;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Tests.Detection;

[TestClass]
public class DxmiAnomalyTrainerTests
{
    private sealed class Grid
    {
        [VectorType(3, 4, 6)] public float[] Features { get; set; } = [];
        public float Label { get; set; }
    }

    private sealed class Sensor
    {
        [VectorType(5)] public float[] Features { get; set; } = [];
    }

    private sealed class Prediction
    {
        public float Score { get; set; }
        public float[] AnomalyMap { get; set; } = [];
    }

    private static DxmiAnomalyTrainer.Options Quick(int seed = 1) => new()
    {
        Components = 4,
        HiddenSizes = [16],
        Steps = 3,
        EnergyPretrainingIterations = 60,
        SamplerPretrainingIterations = 30,
        Iterations = 40,
        BatchSize = 64,
        Seed = seed,
    };

    // Patches on a noisy plane whose place differs by position; an anomaly leaves the plane at one patch.
    private static Grid[] Grids(int count, int seed, bool anomalous = false)
    {
        var random = new Random(seed);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var features = new float[3 * 4 * 6];
            for (int p = 0; p < 12; p++)
            {
                double a = Normal(), b = Normal();
                for (int c = 0; c < 6; c++)
                    features[p * 6 + c] = (float)(p + a * Math.Sin(c) + b * Math.Cos(c) + 0.1 * Normal() + (anomalous && p == 5 ? 2 * (c % 2) : 0));
            }
            return new Grid { Features = features, Label = anomalous ? 1 : 0 };
        })];
    }

    [TestMethod]
    public void The_estimator_keeps_the_contract()
    {
        var ml = new MLContext(seed: 1);
        EstimatorContract.Check(ml, ml.AnomalyDetection.Trainers.Dxmi(Quick()),
            ml.Data.LoadFromEnumerable(Grids(30, 1)), ml.Data.LoadFromEnumerable(new[] { new { Features = "text" } }));
    }

    [TestMethod]
    public void An_anomalous_patch_raises_score_and_map_where_it_is()
    {
        var ml = new MLContext(seed: 1);
        var options = Quick();
        options.Components = 6;
        options.EnergyPretrainingIterations = 300;
        options.PooledShares = [0.05];
        using var model = ml.AnomalyDetection.Trainers.Dxmi(options).Fit(ml.Data.LoadFromEnumerable(Grids(80, 1)));
        var engine = ml.Model.CreatePredictionEngine<Grid, Prediction>(model);
        var good = Grids(40, 2).Select(g => engine.Predict(g)).ToArray();
        var bad = Grids(40, 3, anomalous: true).Select(g => engine.Predict(g)).ToArray();
        double auroc = RankMetrics.AreaUnderRoc([.. good.Concat(bad).Select(p => p.Score)], [.. good.Select(_ => false), .. bad.Select(_ => true)]);
        Assert.IsGreaterThan(0.95, auroc);
        Assert.IsGreaterThan(35, bad.Count(p => p.AnomalyMap.Index().MaxBy(e => e.Item).Index == 5));
    }

    [TestMethod]
    public void Rows_labelled_anomalous_are_not_learned_from()
    {
        var ml = new MLContext(seed: 1);
        var good = Grids(30, 1);
        var alone = Scores(ml, Quick(), good, good);
        CollectionAssert.AreEqual(alone, Scores(ml, Quick(), [.. good, .. Grids(10, 3, anomalous: true)], good));
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_scores_and_another_gives_others()
    {
        var data = Grids(30, 1);
        var first = Scores(new MLContext(), Quick(seed: 7), data, data);
        CollectionAssert.AreEqual(first, Scores(new MLContext(), Quick(seed: 7), data, data));
        CollectionAssert.AreNotEqual(first, Scores(new MLContext(), Quick(seed: 8), data, data));
    }

    [TestMethod]
    public void A_cancelled_training_continues_from_its_checkpoint_to_the_same_model()
    {
        var data = Grids(30, 1);
        var expected = Scores(new MLContext(), Quick(), data, data);
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            string checkpoint = Path.Combine(folder.FullName, "c");
            foreach (var phase in new[] { "energy pretraining", "sampler pretraining", "DxMI" })
            {
                using var cancellation = new CancellationTokenSource();
                var interrupted = Quick();
                interrupted.CheckpointPath = checkpoint;
                interrupted.Cancellation = cancellation.Token;
                interrupted.Progress = new Immediate(p =>
                {
                    if (p.Phase == phase)
                        cancellation.Cancel();
                });
                Assert.ThrowsExactly<OperationCanceledException>(() => Scores(new MLContext(), interrupted, data, data));
                Assert.IsTrue(File.Exists(checkpoint), phase);
            }
            var resumed = Quick();
            resumed.CheckpointPath = checkpoint;
            CollectionAssert.AreEqual(expected, Scores(new MLContext(), resumed, data, data));
            Assert.IsFalse(File.Exists(checkpoint));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    public void Plain_sensor_vectors_are_one_patch_a_row()
    {
        var ml = new MLContext(seed: 1);
        var random = new Random(1);
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(_ => new Sensor { Features = [.. Enumerable.Range(0, 5).Select(_ => random.NextSingle())] }));
        using var model = ml.AnomalyDetection.Trainers.Dxmi(Quick()).Fit(data);
        Assert.AreEqual((1, 1, 5), model.Grid);
        var engine = ml.Model.CreatePredictionEngine<Sensor, Prediction>(model);
        float inside = engine.Predict(new Sensor { Features = [0.5f, 0.5f, 0.5f, 0.5f, 0.5f] }).Score;
        float outside = engine.Predict(new Sensor { Features = [3, -2, 3, -2, 3] }).Score;
        Assert.IsGreaterThan(inside, outside);
    }

    [TestMethod]
    public void A_value_that_is_no_number_names_row_and_column()
    {
        var ml = new MLContext(seed: 1);
        var data = Grids(5, 1);
        data[3].Features[7] = float.NaN;
        var error = Assert.ThrowsExactly<DxmiException>(() => ml.AnomalyDetection.Trainers.Dxmi(Quick()).Fit(ml.Data.LoadFromEnumerable(data)));
        StringAssert.Contains(error.What, "Row 3 of column 'Features'");
    }

    [TestMethod]
    public void One_good_row_is_too_few()
    {
        var ml = new MLContext(seed: 1);
        var error = Assert.ThrowsExactly<DxmiException>(() => ml.AnomalyDetection.Trainers.Dxmi(Quick()).Fit(ml.Data.LoadFromEnumerable(Grids(1, 1))));
        StringAssert.Contains(error.What, "1 good row");
    }

    [TestMethod]
    public void Grids_of_another_size_are_refused_with_both_sizes()
    {
        var ml = new MLContext(seed: 1);
        using var model = ml.AnomalyDetection.Trainers.Dxmi(Quick()).Fit(ml.Data.LoadFromEnumerable(Grids(10, 1)));
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.Transform(ml.Data.LoadFromEnumerable(new[] { new Sensor { Features = new float[5] } })));
        StringAssert.Contains(error.Message, "1 x 1 x 5");
        StringAssert.Contains(error.Message, "3 x 4 x 6");
    }

    [TestMethod]
    public void Whitening_follows_position_where_parts_are_aligned_and_not_where_they_are_not()
    {
        var ml = new MLContext(seed: 1);
        using var aligned = ml.AnomalyDetection.Trainers.Dxmi(Quick()).Fit(ml.Data.LoadFromEnumerable(Grids(80, 1)));
        StringAssert.Contains(aligned.Summary, "by position");
        var random = new Random(1);
        var texture = Enumerable.Range(0, 20).Select(_ => new Grid { Features = [.. Enumerable.Range(0, 72).Select(_ => random.NextSingle())] });
        using var anywhere = ml.AnomalyDetection.Trainers.Dxmi(Quick()).Fit(ml.Data.LoadFromEnumerable(texture));
        StringAssert.Contains(anywhere.Summary, "shared by all positions");
    }

    [TestMethod]
    public void Without_iterations_the_energy_is_its_anchor_and_a_learned_part_that_need_prove_nothing_changes_scores()
    {
        var data = Grids(40, 1);
        var anchorOnly = Quick();
        anchorOnly.Iterations = anchorOnly.EnergyPretrainingIterations = 0;
        using var anchor = new MLContext().AnomalyDetection.Trainers.Dxmi(anchorOnly).Fit(new MLContext().Data.LoadFromEnumerable(data));
        StringAssert.Contains(anchor.Summary, "no learned part");
        var forced = Quick();
        forced.ProvesLearnedPart = false;
        using var learned = new MLContext().AnomalyDetection.Trainers.Dxmi(forced).Fit(new MLContext().Data.LoadFromEnumerable(data));
        StringAssert.Contains(learned.Summary, "learned part kept");
        CollectionAssert.AreNotEqual(Scores(new MLContext(), anchorOnly, data, data), Scores(new MLContext(), forced, data, data));
    }

    [TestMethod]
    public void A_learned_part_that_tells_flaws_apart_no_better_than_the_anchor_is_left_out()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1);
        const int k = 4;
        var whitening = new PatchWhitening(new float[k], [.. eye(k).data<float>()], 1, k, true, "none");
        var patches = randn(4000, k, generator: generator);
        var sample = new PatchSample(patches, new long[4000], [.. Enumerable.Range(0, 4000).Select(i => i >= 3000)]);
        using var energy = new AnchoredEnergy(k, [8], generator, CPU);

        var nothing = LearnedPart.Prove(energy, sample, whitening, generator);
        Assert.IsFalse(nothing.Helps, "g is 0: it adds nothing.");
        Assert.AreEqual(nothing.Anchor, nothing.Learned, 1e-9);
        Assert.IsGreaterThan(0.55, nothing.Anchor, "A flaw is farther from the centre.");

        using (no_grad())
            energy.Parameters.Flat.copy_(randn(energy.Parameters.Count, generator: generator) * 3);
        var nonsense = LearnedPart.Prove(energy, sample, whitening, generator);
        Assert.IsFalse(nonsense.Helps);
        Assert.IsLessThan(nonsense.Anchor, nonsense.Learned);
    }

    [TestMethod]
    public void Settings_out_of_range_are_named()
    {
        var options = Quick();
        options.PooledShares = [0.1, 0];
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MLContext().AnomalyDetection.Trainers.Dxmi(options));
        StringAssert.Contains(error.Message, "PooledShares is 0.1, 0. Expected one or more shares above 0, at most 1.");
    }

    private static float[] Scores(MLContext ml, DxmiAnomalyTrainer.Options options, Grid[] train, Grid[] test)
    {
        using var model = ml.AnomalyDetection.Trainers.Dxmi(options).Fit(ml.Data.LoadFromEnumerable(train));
        return [.. model.Transform(ml.Data.LoadFromEnumerable(test)).GetColumn<float>("Score")];
    }

    private sealed class Immediate(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }
}
