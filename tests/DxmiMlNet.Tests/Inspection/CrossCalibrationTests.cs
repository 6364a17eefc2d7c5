using DxmiMlNet.Images;

namespace DxmiMlNet.Tests;

[TestClass]
public class CrossCalibrationTests
{
    [TestMethod]
    public void Every_image_fits_and_calibrates()
    {
        using var parts = new SmallParts();
        var stages = new List<string>();
        var result = InspectionTraining.Train(parts.Good, SmallTraining.Options(parts) with { CrossFolds = 3 }, new Reporter(p =>
        {
            lock (stages)
                stages.Add(p.Stage);
        }));
        using var model = result.Model;

        Assert.AreEqual((SmallParts.TrainGood, SmallParts.TrainGood, SmallParts.TrainGood, 3),
            (result.Images, result.FittingImages, result.CalibrationImages, result.CrossFolds));
        Assert.AreEqual(SmallParts.TrainGood, model.Calibration.CalibrationCount);
        CollectionAssert.IsSubsetOf(new[] { "Training without fold 1 of 3", "Training without fold 3 of 3", "Training", "Calibrating" }, stages);

        model.Save(parts.File("cross.zip"));
        using var loaded = InspectionModel.Load(parts.File("cross.zip"));
        Assert.AreEqual(3, loaded.Calibration.CrossFolds);
    }

    [TestMethod]
    public void Fewer_images_suffice_than_where_some_are_held_back()
    {
        Assert.AreEqual(19, InspectionTraining.CalibrationCount(19, 0, new() { CrossFolds = 5 }));
        Assert.ThrowsExactly<DxmiException>(() => InspectionTraining.CalibrationCount(19, 0, new()));
        Assert.AreEqual("At least 19 are needed for alpha = 0.05 and 5 folds.",
            Assert.ThrowsExactly<DxmiException>(() => InspectionTraining.CalibrationCount(18, 0, new() { CrossFolds = 5 })).Expected);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(21)]
    public void A_number_of_folds_out_of_range_is_refused(int folds)
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => InspectionTraining.Train([], new() { CrossFolds = folds }));

    [TestMethod]
    public void It_can_be_stopped_while_a_fold_is_left_out()
    {
        using var parts = new SmallParts();
        using var stop = new CancellationTokenSource();
        var options = SmallTraining.Options(parts) with { CrossFolds = 2 };
        Assert.ThrowsExactly<OperationCanceledException>(() => InspectionTraining.Train(parts.Good, options, new Reporter(p =>
        {
            if (p.Stage == "Training without fold 2 of 2")
                stop.Cancel();
        }), stop.Token));
    }

    [TestMethod]
    public void Stopped_in_the_second_fold_it_goes_on_there_to_the_same_model()
    {
        using var parts = new SmallParts();
        var options = SmallTraining.Options(parts) with { CrossFolds = 2, CheckpointPath = parts.File("model.zip.checkpoint") };
        byte[] uninterrupted = Bytes(new Reporter(_ => { }));

        using var stop = new CancellationTokenSource();
        Assert.ThrowsExactly<OperationCanceledException>(() => InspectionTraining.Train(parts.Good, options, new Reporter(p =>
        {
            if (p.Stage == "Training without fold 2 of 2")
                stop.Cancel();
        }), stop.Token));
        var trained = new List<string>();
        byte[] resumed = Bytes(new Reporter(p =>
        {
            if (p.Detail.StartsWith("DxMI", StringComparison.Ordinal))
                lock (trained)
                    trained.Add(p.Stage);
        }));

        CollectionAssert.AreEqual(uninterrupted, resumed);
        CollectionAssert.AreEquivalent(new[] { "Training without fold 2 of 2", "Training" }, trained.Distinct().ToArray());
        Assert.IsEmpty(Directory.GetFiles(Path.GetDirectoryName(options.CheckpointPath)!, "*.checkpoint*"));

        byte[] Bytes(IProgress<InspectionProgress> progress)
        {
            using var model = InspectionTraining.Train(parts.Good, options, progress).Model;
            model.Save(parts.File("model.zip"));
            return File.ReadAllBytes(parts.File("model.zip"));
        }
    }

    [TestMethod]
    public void Photographs_of_one_part_are_in_one_fold()
    {
        // 100 parts, six exposures each: the count runs on by a few from exposure to exposure and by hundreds from part to part.
        InspectionItem[] items = [.. from exposure in Enumerable.Range(1, 6) from part in Enumerable.Range(0, 100)
            select new InspectionItem($"exp{exposure}_num_{1000 + 500 * part + 20 * exposure}.png", false, "parts", InspectionItem.Good)];

        var (inOrder, foldOf) = CalibrationSplit.Folds(items, 5, seed: 1);

        Assert.HasCount(items.Length, inOrder);
        foreach (int count in foldOf.CountBy(f => f).Select(f => f.Value))
            Assert.IsInRange(90, 150, count);
        var foldsOfPart = inOrder.Zip(foldOf).GroupBy(i => (int.Parse(Path.GetFileNameWithoutExtension(i.First.ImagePath).Split('_')[2]) - 1000) / 500);
        Assert.IsTrue(foldsOfPart.All(part => part.Select(i => i.Second).Distinct().Count() == 1));
    }

    private sealed class Reporter(Action<InspectionProgress> report) : IProgress<InspectionProgress>
    {
        public void Report(InspectionProgress value) => report(value);
    }
}
