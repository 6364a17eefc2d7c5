using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests;

/// <summary>What a training leaves on disk, and when it goes.</summary>
[TestClass]
public class TrainingSafetyTests
{
    // Defect 9: a full disk at the last save lost the training.
    [TestMethod]
    public void The_checkpoint_stays_until_the_model_is_written()
    {
        using var parts = new SmallParts();
        var options = SmallTraining.Options(parts) with { CheckpointPath = parts.File("model.zip.checkpoint") };
        using (var model = InspectionTraining.Train(parts.Good, options).Model)
        {
            Assert.ThrowsExactly<DxmiException>(() => model.Save(parts.File("parts")));   // a folder, as good as a full disk
            Assert.IsTrue(File.Exists(options.CheckpointPath));
        }

        string? trained = null;
        using (var again = InspectionTraining.Train(parts.Good, options, new Reporter(p => trained ??= p.Detail.Contains("energy", StringComparison.Ordinal) ? p.Detail : null)).Model)
            again.Save(parts.File("model.zip"));
        Assert.IsNull(trained, "nothing was trained again");
        Assert.IsEmpty(Directory.GetFiles(parts.File("."), "*.checkpoint*"));
    }

    // Defect 12: a resumed training read all features again.
    [TestMethod]
    public void Features_are_computed_once_and_read_by_whoever_goes_on()
    {
        using var parts = new SmallParts();
        var good = parts.Good[..4];
        float[][] first = Features(parts, good, out int before);
        foreach (var item in good)
            Spoil(item.ImagePath);

        float[][] second = Features(parts, good, out int kept);

        Assert.AreEqual((0, 4), (before, kept));
        for (int i = 0; i < good.Length; i++)
            CollectionAssert.AreEqual(first[i], second[i]);
    }

    // Defect 12.
    [TestMethod]
    public void Half_written_features_and_those_of_changed_images_are_computed_anew()
    {
        using var parts = new SmallParts();
        var good = parts.Good[..4];
        float[][] whole = Features(parts, good, out _);
        using (var file = File.OpenWrite(parts.File("kept.features")))
            file.SetLength(file.Length - 3);
        File.SetLastWriteTimeUtc(good[0].ImagePath, DateTime.UnixEpoch);

        float[][] again = Features(parts, good, out int kept);

        Assert.AreEqual(3, kept);
        for (int i = 0; i < good.Length; i++)
            CollectionAssert.AreEqual(whole[i], again[i]);
    }

    // Defect 10: identical good images ended in a stack of libtorch (linalg.cholesky).
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Identical_good_images_are_an_error_of_their_own(bool oneGrey)
    {
        using var parts = new SmallParts();
        MakeIdentical(parts, oneGrey);

        var e = Assert.ThrowsExactly<DxmiException>(() => InspectionTraining.Train(parts.Good, SmallTraining.Options(parts)));

        Assert.AreEqual("The good images are all alike: their features vary by no more than rounding errors.", e.What);
        Assert.Contains("padim", e.Remedy);
    }

    // Defect 10.
    [TestMethod]
    [DataRow("padim", true)]
    [DataRow("padim", false)]
    [DataRow("patchcore", false)]
    public void Methods_without_an_energy_learn_from_identical_images(string method, bool oneGrey)
    {
        using var parts = new SmallParts();
        MakeIdentical(parts, oneGrey);
        var options = SmallTraining.Options(parts) with { Detector = InspectionDetector.Of(method) };

        using var model = InspectionTraining.Train(parts.Good, options).Model;
        float good = model.Inspect(parts.Good[0].ImagePath).Score, scratched = model.Inspect(parts.Test[^1].ImagePath).Score;

        Assert.IsTrue(float.IsFinite(good) && float.IsFinite(scratched), $"{good} {scratched}");
        Assert.IsGreaterThan(good, scratched);
    }

    // Defect 12.
    [TestMethod]
    public void Images_of_one_size_are_not_warned_about()
    {
        using var parts = new SmallParts();
        var result = InspectionTraining.Train(parts.Good, SmallTraining.Options(parts));
        using var model = result.Model;
        Assert.IsEmpty(result.Warnings);
    }

    private static void MakeIdentical(SmallParts parts, bool oneGrey)
    {
        foreach (var item in parts.Good)
            parts.Save(Path.GetRelativePath(parts.File("."), item.ImagePath), oneGrey ? SmallParts.Paint((_, _) => 128) : SmallParts.Part(1));
    }

    private static float[][] Features(SmallParts parts, InspectionItem[] items, out int keptBefore)
    {
        var mlContext = new MLContext(1);
        using var extraction = mlContext.Transforms.ExtractPatchFeatures(new() { Backbone = BackboneDescription.Load(parts.BackbonePath) })
            .Fit(mlContext.Data.LoadInspectionImages([]));
        using var kept = new TrainingFeatures(mlContext, extraction, parts.File("kept.features"));
        keptBefore = kept.Count;
        return [.. kept.View(items).GetColumn<float[]>("Features").Select(row => (float[])row.Clone())];
    }

    // The same length and time, but no image any more.
    private static void Spoil(string path)
    {
        var time = File.GetLastWriteTimeUtc(path);
        File.WriteAllBytes(path, new byte[new FileInfo(path).Length]);
        File.SetLastWriteTimeUtc(path, time);
    }

    private sealed class Reporter(Action<InspectionProgress> report) : IProgress<InspectionProgress>
    {
        public void Report(InspectionProgress value) => report(value);
    }
}
