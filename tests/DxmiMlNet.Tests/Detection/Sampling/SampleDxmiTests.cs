using DxmiMlNet.Detection;
using DxmiMlNet.Diffusion.Samplers;
using DxmiMlNet.Detection.Dxmi.Sampling;
using DxmiMlNet.Onnx;
using DxmiMlNet.Tests.Detection;
using Microsoft.ML;
using Microsoft.ML.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace DxmiMlNet.Tests.Detection.Sampling;

[TestClass]
public class SampleDxmiTests
{
    private static readonly MLContext s_ml = new(seed: 1);
    private static readonly Lazy<GraphAnomalyTransformer> s_model = new(() => Mixture.Fit(s_ml));

    private sealed class NoiseRow
    {
        public float[] Noise { get; set; } = [];
    }

    private static IDataView NoiseRows(int count, int length)
    {
        var definition = SchemaDefinition.Create(typeof(NoiseRow));
        definition["Noise"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, length);
        return s_ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(row =>
        {
            var noise = new float[length];
            GaussianNoise.Fill(noise, 5, row);
            return new NoiseRow { Noise = noise };
        }), definition);
    }

    private static float[][] Samples(IDataView view) => [.. view.GetColumn<float[]>("Sample")];

    [TestMethod]
    public void Samples_have_mean_and_covariance_of_the_data()
    {
        var data = Array.ConvertAll(Mixture.Make(4000, 2), row => row.Features);
        var samples = Samples(s_ml.Data.SampleDxmi(s_model.Value, 4000, seed: 1));
        for (int i = 0; i < Mixture.Dimension; i++)
        {
            double deviation = Math.Sqrt(Covariance(data, i, i));
            Assert.AreEqual(Mean(data, i), Mean(samples, i), 0.15 * deviation, $"mean of value {i}");
            for (int j = 0; j < Mixture.Dimension; j++)
                Assert.AreEqual(Covariance(data, i, j), Covariance(samples, i, j), 0.25 * deviation * Math.Sqrt(Covariance(data, j, j)), $"covariance of values {i} and {j}");
        }
    }

    [TestMethod]
    public void Samples_fall_into_both_clusters_and_seldom_between()
    {
        var samples = Samples(s_ml.Data.SampleDxmi(s_model.Value, 2000, seed: 1));
        Assert.AreEqual(0.5, samples.Count(x => x[0] > 10) / 2000.0, 0.15);
        Assert.IsLessThan(0.15, samples.Count(x => Math.Abs(x[0] - 10) < 0.2) / 2000.0);
    }

    [TestMethod]
    public void The_same_seed_gives_the_same_rows_however_they_are_read()
    {
        var view = s_ml.Data.SampleDxmi(s_model.Value, 50, seed: 3);
        var expected = Samples(view);
        Assert.HasCount(50, expected);
        AssertEqual(expected, Samples(s_ml.Data.SampleDxmi(s_model.Value, 50, seed: 3)));
        AssertEqual(expected[..20], Samples(s_ml.Data.SampleDxmi(s_model.Value, 20, seed: 3)));
        AssertEqual([.. expected.OrderBy(x => x[0])], [.. view.GetRowCursorSet(view.Schema, 3).SelectMany(Read).OrderBy(x => x[0])]);
        Assert.AreNotEqual(expected[0][0], Samples(s_ml.Data.SampleDxmi(s_model.Value, 1, seed: 4))[0][0]);

        static IEnumerable<float[]> Read(DataViewRowCursor cursor)
        {
            using (cursor)
            {
                var getter = cursor.GetGetter<VBuffer<float>>(cursor.Schema["Sample"]);
                VBuffer<float> value = default;
                while (cursor.MoveNext())
                {
                    getter(ref value);
                    yield return [.. value.DenseValues()];
                }
            }
        }
    }

    [TestMethod]
    public void A_loaded_chain_gives_the_same_samples_and_its_detector_the_same_scores()
    {
        var data = s_ml.Data.LoadFromEnumerable(Mixture.Make(20, 3));
        var chain = new TransformerChain<ITransformer>(s_ml.Transforms.CopyColumns("Copy", "Features").Fit(data), s_model.Value);
        using var stream = new MemoryStream();
        s_ml.Model.Save(chain, data.Schema, stream);
        stream.Position = 0;
        var loaded = s_ml.Model.Load(stream, out _);
        AssertEqual(Samples(s_ml.Data.SampleDxmi(s_model.Value, 20, seed: 3)), Samples(s_ml.Data.SampleDxmi(loaded, 20, seed: 3)));
        CollectionAssert.AreEqual(s_model.Value.Transform(data).GetColumn<float>("Score").ToArray(), loaded.Transform(data).GetColumn<float>("Score").ToArray());
    }

    [TestMethod]
    public void The_estimator_keeps_the_contract()
        => EstimatorContract.Check(s_ml, s_ml.Transforms.SampleDxmi(s_model.Value), NoiseRows(20, DxmiSampler.Of(s_model.Value).NoiseLength), FeatureGrid.Invalid(s_ml));

    [TestMethod]
    public void Noise_of_another_length_is_refused_with_the_length_that_is_needed()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => s_ml.Transforms.SampleDxmi(s_model.Value).Fit(NoiseRows(1, 7)));
        StringAssert.Contains(error.Message, "a vector of 18 values of Single");   // (T + 1) K = 6 x 3
    }

    [TestMethod]
    public void Samples_of_a_grid_are_grids_that_the_detector_scores_like_good_ones()
    {
        var options = new DxmiMlNet.Detection.Dxmi.DxmiAnomalyTrainer.Options
        {
            Components = 4, HiddenSizes = [32], EnergyPretrainingIterations = 300, SamplerPretrainingIterations = 500, Iterations = 50, Seed = 1,
        };
        using var model = s_ml.AnomalyDetection.Trainers.Dxmi(options).Fit(s_ml.Data.LoadFromEnumerable(FeatureGrid.Make(60, 1)));
        float Median(IDataView view) => model.Transform(view).GetColumn<float>("Score").Order().ElementAt(20);
        var samples = s_ml.Data.SampleDxmi(model, 40, seed: 1, columnName: "Features");
        float sampled = Median(samples), anomalous = Median(s_ml.Data.LoadFromEnumerable(FeatureGrid.MakeAnomalous(40, 2, position: 5)));
        Assert.AreEqual(FeatureGrid.Positions * FeatureGrid.Channels, ((VectorDataViewType)samples.Schema["Features"].Type).Size);
        Assert.IsLessThan(anomalous, sampled);
    }

    [TestMethod]
    public void A_model_without_a_sampler_says_so()
    {
        using var without = Mixture.Fit(s_ml, o =>
        {
            o.SamplerPretrainingIterations = o.Iterations = 1;
            o.KeepSampler = false;
        });
        StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => s_ml.Data.SampleDxmi(without, 1)).Message, "has no sampler");
        using var padim = s_ml.AnomalyDetection.Trainers.Padim().Fit(s_ml.Data.LoadFromEnumerable(FeatureGrid.Make(10, 1)));
        StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => s_ml.Transforms.NearestNormal(padim)).Message, "has no sampler");
        var copy = s_ml.Transforms.CopyColumns("Copy", "Features").Fit(s_ml.Data.LoadFromEnumerable(Mixture.Make(2, 1)));
        StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => s_ml.Data.SampleDxmi(copy, 1)).What, "has no DxMI detector");
    }

    [TestMethod]
    public void A_sampler_of_any_number_of_steps_gives_the_same_samples_after_loading_at_every_number()
    {
        using var model = AnyStepModel();
        using var stream = new MemoryStream();
        s_ml.Model.Save(model, null, stream);
        stream.Position = 0;
        var loaded = s_ml.Model.Load(stream, out _);
        var data = Array.ConvertAll(Mixture.Make(4000, 2), row => row.Features);
        foreach (int steps in new[] { 1, 2, 3, 4, 5, 8, 16 })
        {
            var samples = Samples(s_ml.Data.SampleDxmi(model, 500, seed: 3, steps));
            AssertEqual(samples, Samples(s_ml.Data.SampleDxmi(loaded, 500, seed: 3, steps)));
            Assert.IsInRange(0.5, 2.0, Math.Sqrt(Covariance(samples, 2, 2) / Covariance(data, 2, 2)), $"spread at T = {steps}");
        }
        AssertEqual(Samples(s_ml.Data.SampleDxmi(model, 20, seed: 3)), Samples(s_ml.Data.SampleDxmi(model, 20, seed: 3, steps: 5)));
    }

    [TestMethod]
    public void Stages_in_a_number_of_steps_keep_it_when_they_are_saved()
    {
        using var model = AnyStepModel();
        Assert.IsTrue(DxmiSampler.Of(model).RunsInAnySteps);
        var rows = s_ml.Data.LoadFromEnumerable(Mixture.Make(20, 3));
        var nearest = s_ml.Transforms.NearestNormal(model, steps: 8).Fit(rows);
        Assert.AreEqual(8, nearest.Sampler.Steps);
        Assert.AreEqual(3, nearest.StartStep);   // 0.4 of 8
        int length = DxmiSampler.Of(model).InSteps(2).NoiseLength;
        Assert.AreEqual(3 * Mixture.Dimension, length);
        var noise = NoiseRows(20, length);
        var sample = s_ml.Transforms.SampleDxmi(model, new SampleDxmiEstimator.Options { Steps = 2 }).Fit(noise);
        foreach (var (stage, view, column) in new[] { ((ITransformer)nearest, rows, "NearestNormal"), (sample, noise, "Sample") })
        {
            using var stream = new MemoryStream();
            s_ml.Model.Save(stage, view.Schema, stream);
            stream.Position = 0;
            AssertEqual([.. stage.Transform(view).GetColumn<float[]>(column)], [.. s_ml.Model.Load(stream, out _).Transform(view).GetColumn<float[]>(column)]);
        }
    }

    [TestMethod]
    public void A_sampler_of_one_number_of_steps_refuses_another()
    {
        var error = Assert.ThrowsExactly<DxmiException>(() => s_ml.Data.SampleDxmi(s_model.Value, 1, seed: 1, steps: 4));
        StringAssert.Contains(error.Message, "asked for 4 steps, and was trained for 5 alone");
        StringAssert.Contains(error.Remedy, "AnyStep");
        Assert.HasCount(1, Samples(s_ml.Data.SampleDxmi(s_model.Value, 1, seed: 1, steps: 5)));
        using var any = AnyStepModel();
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => s_ml.Data.SampleDxmi(any, 1, seed: 1, steps: 0));
    }

    private static GraphAnomalyTransformer AnyStepModel() => Mixture.Fit(s_ml, o =>
    {
        o.AnyStep = true;
        o.HiddenSizes = [32];
        o.SamplerPretrainingIterations = 600;
    });

    [TestMethod]
    public void A_sampler_in_another_number_of_steps_has_the_numbers_that_libtorch_has()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var any = new AnyStepSampler(3, steps => NoiseSchedule.Short(steps, 0.1), [16, 12], new Generator(3), CPU);
        any.SigmaWeights.Flat.copy_(randn(SigmaBasis.Count, generator: new Generator(4)));
        var five = SamplerNetwork.Of(any.InSteps(5), any, 0.1);
        foreach (int steps in new[] { 1, 2, 3, 5, 8, 16 })
        {
            var expected = SamplerNetwork.Of(any.InSteps(steps), any, 0.1);
            var actual = five.InSteps(steps);
            foreach (var (name, a, b) in new[] { ("scale", expected.Scale, actual.Scale), ("shift", expected.Shift, actual.Shift), ("sigma", expected.Sigma, actual.Sigma),
                ("signal", expected.Signal, actual.Signal), ("bias", expected.Biases[0], actual.Biases[0]) })
            {
                Assert.HasCount(a.Length, b);
                for (int i = 0; i < a.Length; i++)
                    Assert.AreEqual(a[i], b[i], 1e-4f * Math.Max(1, Math.Abs(a[i])), $"{name} {i} at T = {steps}");
            }
        }
    }

    [TestMethod]
    public void The_graph_computes_what_libtorch_does()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        const int rows = 7, steps = 4, components = 3;
        using var torchSampler = new DdpmSampler(components, NoiseSchedule.Short(steps, 0.1), [16, 12], new Generator(3), CPU);
        // A space of its own: 5 channels, 3 components, 2 positions with statistics of their own.
        float[] basis = [.. linalg.qr(randn(5, components, generator: new Generator(4))).Q.contiguous().data<float>()];
        float[] mean = [1, 2, 3, 4, 5], positionMean = [1, 0, -1, 0, 2, 0];
        float[] whitening = [2, 1, 0.5f, 0, 1, -1, 0, 0, 4, /**/ 0.5f, 0, 0, 0, 2, 3, 0, 0, 1];
        var space = new PatchSpace(2, mean, basis, positionMean, whitening);
        var sampler = new DxmiSampler((1, 2, 5), space, SamplerNetwork.Of(torchSampler));
        var noise = randn(rows, 2, steps + 1, components, generator: new Generator(5));

        var z = noise.select(2, 0);   // [N, P, K]
        for (int t = 0; t < steps; t++)
            z = torchSampler.Mean(z.reshape(-1, components), t).reshape(rows, 2, components) + torchSampler.LogSigmas[t].exp() * noise.select(2, t + 1);
        var y = z.unsqueeze(2).matmul(linalg.inv(tensor(whitening, [2, components, components]))).squeeze(2) + tensor(positionMean, [2, components]);
        float[] expected = [.. (y.matmul(tensor(basis, [5, components]).t()) + tensor(mean)).contiguous().data<float>()];

        using var session = new OnnxSession(SamplerGraph.Samples(sampler), "The graph");
        var actual = new float[rows * 2 * 5];
        session.Run((SamplerGraph.Noise, [.. noise.data<float>()], [rows, 2, steps + 1, components]), (SamplerGraph.Sample, actual, [rows, 2, 5]));
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-4f * Math.Max(1, Math.Abs(expected[i])));
    }

    private static double Mean(float[][] rows, int i) => rows.Average(row => (double)row[i]);

    private static double Covariance(float[][] rows, int i, int j)
    {
        double a = Mean(rows, i), b = Mean(rows, j);
        return rows.Average(row => (row[i] - a) * (row[j] - b));
    }

    private static void AssertEqual(float[][] expected, float[][] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], actual[i], $"row {i}");
    }
}
