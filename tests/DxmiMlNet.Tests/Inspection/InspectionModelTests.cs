using System.IO.Compression;
using DxmiMlNet.Decisions;
using DxmiMlNet.Images;
using DxmiMlNet.Persistence;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Tests;

[TestClass]
public class InspectionModelTests
{
    private static SmallParts s_parts = null!;
    private static InspectionModel s_model = null!;
    private static string s_path = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_parts = new SmallParts();
        s_model = SmallTraining.Train(s_parts).Model;
        s_path = s_parts.File("model.zip");
        s_model.Save(s_path);
    }

    [ClassCleanup]
    public static void Clean()
    {
        s_model.Dispose();
        s_parts.Dispose();
    }

    [TestMethod]
    public void Two_saves_at_different_times_are_byte_equal()
    {
        string later = s_parts.File("later.zip");
        s_model.Save(later);

        CollectionAssert.AreEqual(File.ReadAllBytes(s_path), File.ReadAllBytes(later));
        using var zip = ZipFile.OpenRead(later);
        Assert.AreEqual(1980, zip.Entries.Max(e => e.LastWriteTime.Year), "no entry tells when it was written");
    }

    [TestMethod]
    public void A_loaded_model_gives_the_same_results_and_saves_the_same_bytes()
    {
        using var loaded = InspectionModel.Load(s_path);
        loaded.Save(s_parts.File("again.zip"));

        CollectionAssert.AreEqual(Scores(s_model), Scores(loaded));
        CollectionAssert.AreEqual(File.ReadAllBytes(s_path), File.ReadAllBytes(s_parts.File("again.zip")));
    }

    [TestMethod]
    public void A_prediction_engine_gives_the_same_scores_as_a_batch()
    {
        var ml = new MLContext();
        using var engine = ml.Model.CreatePredictionEngine<Photograph, Inspection>(ml.Model.Load(s_path, out _));
        foreach (var result in s_model.Inspect(s_parts.Test))
        {
            using var image = ImageFile.Load(result.Name);
            var predicted = engine.Predict(new Photograph { Image = image });
            Assert.AreEqual(predicted.Score, result.Score, 1e-5f * Math.Abs(result.Score));
            Assert.AreEqual(predicted.Verdict, result.Verdict);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void A_batch_keeps_the_order_and_reports_what_cannot_be_inspected_in_its_place(int parallelism)
    {
        string bad = s_parts.Write("cut.png", File.ReadAllBytes(s_parts.Test[0].ImagePath)[..200]);
        string small = s_parts.Save("small.png", SmallParts.Paint((_, _) => 100, side: 3));
        InspectionItem[] items = [s_parts.Test[0], Item(bad), s_parts.Test[1], Item(small), Item(s_parts.File("absent.png")), s_parts.Test[2]];

        var results = s_model.Inspect(items, new InspectionSettings { Parallelism = parallelism }).ToArray();

        CollectionAssert.AreEqual(items, results.Select(r => r.Item).ToArray());
        CollectionAssert.AreEqual(new[] { true, false, true, false, false, true }, results.Select(r => r.Error is null).ToArray());
        foreach (var failure in results.Where(r => r.Error is not null))
        {
            Assert.Contains(failure.Name, failure.Error!.What);
            Assert.AreEqual(Verdicts.Reject, failure.Verdict, "what could not be inspected must not pass");
        }
        Assert.Contains("3 x 3 pixels", results[3].Error!.What);
    }

    [TestMethod]
    public void Maps_and_overlays_come_only_when_asked_for()
    {
        using var with = s_model.Inspect([s_parts.Test[0]], new InspectionSettings { Maps = true, Overlays = true }).Single();
        using var without = s_model.Inspect([s_parts.Test[0]]).Single();

        Assert.HasCount(with.Map!.Height * with.Map.Width, with.Map.Values);
        Assert.AreEqual((SmallParts.Side, SmallParts.Side), (with.Overlay!.Height, with.Overlay.Width));
        Assert.IsNull(without.Map);
        Assert.IsNull(without.Overlay);
        Assert.AreEqual(with.Score, without.Score);
    }

    [TestMethod]
    public void A_batch_can_be_stopped_between_two_images()
    {
        using var stop = new CancellationTokenSource();
        var results = s_model.Inspect(s_parts.Test, null, stop.Token).GetEnumerator();
        Assert.IsTrue(results.MoveNext());
        stop.Cancel();

        Assert.ThrowsExactly<OperationCanceledException>(() => results.MoveNext());
        results.Dispose();
    }

    [TestMethod]
    public void An_evaluation_leaves_out_and_reports_images_whose_mask_has_another_size()
    {
        string mask = s_parts.Save("wrong_mask.png", SmallParts.Paint((_, _) => 255, side: 16));
        var test = s_parts.Test;
        int wrong = Array.FindIndex(test, i => i.IsAnomalous);
        test[wrong] = test[wrong] with { MaskPath = mask };

        var evaluation = InspectionEvaluation.Run(s_model, test);

        Assert.AreEqual(test.Length - 1, evaluation.Metrics.Images);
        Assert.HasCount(test.Length - 1, evaluation.Results);
        Assert.AreEqual(test[wrong].ImagePath, evaluation.Failed.Single().Path);
        Assert.Contains("16 x 16", evaluation.Failed.Single().Error.What);
    }

    [TestMethod]
    public void An_evaluation_equals_the_catalogs_over_the_same_model()
    {
        var ml = new MLContext();
        var scored = s_model.Transformer.Transform(ml.Data.LoadInspectionImages(s_parts.Test));
        var expected = ml.AnomalyDetection.EvaluateInspection(scored);

        var actual = InspectionEvaluation.Run(s_model, s_parts.Test).Metrics;

        Assert.AreEqual(expected.ImageAuroc!.Value, actual.ImageAuroc!.Value, 1e-9);
        Assert.AreEqual(expected.PixelAuroc!.Value, actual.PixelAuroc!.Value, 1e-4);
        Assert.AreEqual(expected.FalseRejectRate, actual.FalseRejectRate);
    }

    [TestMethod]
    public void A_missing_file_is_named()
        => AssertRefused(s_parts.File("absent.zip"), "does not exist");

    [TestMethod]
    public void A_truncated_model_says_that_it_is_damaged()
        => AssertRefused(s_parts.Write("truncated.zip", File.ReadAllBytes(s_path)[..^3000]), "is damaged or cut off");

    [TestMethod]
    public void An_empty_file_and_a_file_of_another_kind_are_no_model()
    {
        AssertRefused(s_parts.Write("empty.zip", []), "is no model: it is empty");
        AssertRefused(s_parts.Write("text.zip", "hello"u8.ToArray()), "is no model: it begins with 68656C6C");
    }

    [TestMethod]
    public void A_zip_file_without_a_model_is_refused()
    {
        string path = s_parts.File("other.zip");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
            zip.CreateEntry("readme.txt");
        AssertRefused(path, "cannot be loaded");
    }

    [TestMethod]
    public void A_model_of_MLNET_that_inspects_nothing_names_the_stage_that_it_lacks()
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(new[] { new Inspection { Score = 1 } });
        string path = s_parts.File("foreign.zip");
        ml.Model.Save(ml.Transforms.CopyColumns("Copy", "Score").Fit(data), data.Schema, path);

        AssertRefused(path, "no PatchFeatureTransformer");
    }

    [TestMethod]
    public void A_flipped_bit_anywhere_is_found_and_its_entry_named()   // defect 8
    {
        byte[] whole = File.ReadAllBytes(s_path);
        float expected = s_model.Inspect(s_parts.Test[0].ImagePath).Score;
        var random = new Random(1);
        int named = 0;
        for (int i = 0; i < 200; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(whole.Length)] ^= (byte)(1 << random.Next(8));
            string path = s_parts.Write("flipped.zip", damaged);
            try
            {
                // A bit of a date or an attribute changes nothing; whatever loads must score as before.
                using var model = InspectionModel.Load(path);
                Assert.AreEqual(expected, model.Inspect(s_parts.Test[0].ImagePath).Score, $"flip {i}");
            }
            catch (DxmiException e)
            {
                Assert.Contains(path, e.What);
                named += e.What.Contains("in its entry '", StringComparison.Ordinal) ? 1 : 0;
            }
        }
        Assert.IsGreaterThan(150, named);
    }

    [TestMethod]
    public void A_zip_bomb_is_refused_before_it_is_unpacked()   // defect 8
    {
        string path = s_parts.File("bomb.zip");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry("Model", CompressionLevel.SmallestSize).Open())
            entry.Write(new byte[3 << 20]);
        Assert.IsLessThan(10_000, new FileInfo(path).Length);
        using var file = File.OpenRead(path);
        var e = Assert.ThrowsExactly<DxmiException>(() => ModelArchive.Verify(file, path, largestLength: 2 << 20));
        Assert.Contains("would unpack to more than 2 MiB", e.What);
    }

    [TestMethod]
    public void A_model_of_a_newer_version_says_to_update()
    {
        string path = s_parts.File("newer.zip");
        using (var source = ZipFile.OpenRead(s_path))
        using (var target = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            foreach (var entry in source.Entries)
            {
                using var content = new MemoryStream();
                using (var stream = entry.Open())
                    stream.CopyTo(content);
                byte[] bytes = content.ToArray();
                if (entry.FullName.EndsWith("DxmiState", StringComparison.Ordinal))
                    bytes[0] = 99;   // the payload's version, the first of its four bytes
                using var copy = target.CreateEntry(entry.FullName).Open();
                copy.Write(bytes);
            }
        }
        var e = AssertRefused(path, "has version 99");
        Assert.Contains("Update DxmiMlNet", e.Remedy);
    }

    [TestMethod]
    public void A_place_that_cannot_be_written_to_is_an_error_before_and_while_saving()
    {
        string below = Path.Combine(s_path, "model.zip");   // s_path is a file
        foreach (var write in new Action[] { () => InspectionModel.CheckWritable(below), () => s_model.Save(below) })
        {
            var e = Assert.ThrowsExactly<DxmiException>(write);
            Assert.Contains(below, e.What);
            Assert.Contains("permissions", e.Remedy);
        }
        Assert.ThrowsExactly<DxmiException>(() => InspectionModel.CheckWritable(s_parts.Data), "a folder is no model file");
    }

    private static DxmiException AssertRefused(string path, string what)
    {
        var e = Assert.ThrowsExactly<DxmiException>(() => InspectionModel.Load(path));
        Assert.Contains(path, e.What);
        Assert.Contains(what, e.What);
        Assert.IsTrue(e.Expected.Length > 0 && e.Remedy.Length > 0);
        return e;
    }

    private static float[] Scores(InspectionModel model) => [.. model.Inspect(s_parts.Test).Select(r => r.Score)];

    private static InspectionItem Item(string path) => new(path, false, "parts", InspectionItem.Good);

    private sealed class Photograph
    {
        [ImageType(1, 1)]
        public MLImage? Image { get; set; }
    }

    private sealed class Inspection
    {
        public float Score { get; set; }
        public string Verdict { get; set; } = "";
    }
}
