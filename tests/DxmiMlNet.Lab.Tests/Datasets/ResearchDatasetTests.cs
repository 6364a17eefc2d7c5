using DxmiMlNet.Images;
using DxmiMlNet.Lab.Datasets;
using SkiaSharp;

namespace DxmiMlNet.Lab.Tests.Datasets;

[TestClass]
public class ResearchDatasetTests
{
    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void Delete_files() => _folder.Dispose();

    [TestMethod]
    public void KolektorSDD_has_three_folds_that_keep_items_together()
    {
        for (int item = 1; item <= 6; item++)
            for (int part = 0; part < 2; part++)
            {
                Touch($"ksdd/kos{item:00}/Part{part}.jpg");
                byte mark = item <= 3 && part == 0 ? (byte)255 : (byte)0;
                _folder.Write($"ksdd/kos{item:00}/Part{part}_label.bmp", Encoded.Bmp(8, 8, (y, x) => y == 3 && x == 5 ? new SKColor(mark, mark, mark) : SKColors.Black));
            }
        string ksdd = Path.Combine(_folder.Path, "ksdd");

        var folds = ResearchDataset.ReadFolds(ksdd);

        Assert.HasCount(3, folds);
        CollectionAssert.AreEqual(folds[0].ToArray(), ResearchDataset.Read(ksdd).ToArray());
        for (int fold = 0; fold < 3; fold++)
        {
            string ItemOf(InspectionItem part) => Path.GetFileName(Path.GetDirectoryName(part.ImagePath))!;
            var test = folds[fold].Where(i => i.Split == InspectionSplit.Test).ToArray();
            var train = folds[fold].Where(i => i.Split == InspectionSplit.Train).ToArray();
            CollectionAssert.AreEqual(new[] { $"kos0{fold + 1}", $"kos0{fold + 4}" }, test.Select(ItemOf).Distinct().ToArray());
            Assert.HasCount(4, test);
            Assert.HasCount(6, train);   // 8 parts of the other items, without their 2 defective ones
            Assert.IsTrue(train.All(i => !i.IsAnomalous && i.MaskPath.Length == 0));
            var defective = test.Single(i => i.IsAnomalous);
            Assert.AreEqual(Path.ChangeExtension(defective.ImagePath, null) + "_label.bmp", defective.MaskPath);
        }
    }

    [TestMethod]
    public void KolektorSDD_image_without_mask_is_an_error_that_names_it()
    {
        Touch("ksdd/kos01/Part0.jpg", "ksdd/kos01/Part1_label.bmp");
        StringAssert.Contains(Error(Path.Combine(_folder.Path, "ksdd")).What, "Part0.jpg' has no mask 'Part0_label.bmp'");
    }

    [TestMethod]
    public void VisA_gives_objects_as_categories()
    {
        Touch("visa/pcb1/Data/Images/Normal/0.JPG", "visa/pcb1/Data/Images/Normal/1.JPG", "visa/cashew/Data/Images/Anomaly/0.JPG", "visa/cashew/Data/Masks/Anomaly/0.png");
        _folder.Write("visa/split_csv/1cls.csv", "object,split,label,image,mask\n"
            + "pcb1,train,normal,pcb1/Data/Images/Normal/0.JPG,\n"
            + "pcb1,test,normal,pcb1/Data/Images/Normal/1.JPG,\n"
            + "cashew,test,anomaly,cashew/Data/Images/Anomaly/0.JPG,cashew/Data/Masks/Anomaly/0.png\n");
        CollectionAssert.AreEqual(
            new[]
            {
                new InspectionItem(_folder.File("visa/pcb1/Data/Images/Normal/0.JPG"), false, "pcb1", "good", "", InspectionSplit.Train),
                new InspectionItem(_folder.File("visa/pcb1/Data/Images/Normal/1.JPG"), false, "pcb1", "good", "", InspectionSplit.Test),
                new InspectionItem(_folder.File("visa/cashew/Data/Images/Anomaly/0.JPG"), true, "cashew", "anomaly",
                    _folder.File("visa/cashew/Data/Masks/Anomaly/0.png"), InspectionSplit.Test),
            },
            ResearchDataset.Read(Path.Combine(_folder.Path, "visa")).ToArray());
    }

    [TestMethod]
    public void Other_layouts_are_read_as_inspection_sets()
    {
        Touch("parts/train/good/a.png", "parts/test/dent/b.png");
        string parts = Path.Combine(_folder.Path, "parts");
        CollectionAssert.AreEqual(InspectionDataset.Read(parts).ToArray(), ResearchDataset.Read(parts).ToArray());
    }

    private void Touch(params string[] names)
    {
        foreach (string name in names)
            _folder.Write(name, []);
    }

    private static DxmiException Error(string path) => Assert.ThrowsExactly<DxmiException>(() => ResearchDataset.Read(path));
}
