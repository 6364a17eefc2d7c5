using DxmiMlNet.Images;
using SkiaSharp;

namespace DxmiMlNet.Tests.Images;

[TestClass]
public class InspectionDatasetTests
{
    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void Delete_files() => _folder.Dispose();

    [TestMethod]
    public void MVTec_layout_gives_splits_defects_and_masks()
    {
        Touch("bottle/train/good/b.png", "bottle/train/good/a.PNG", "bottle/test/good/000.jpg", "bottle/test/crack/000.png", "bottle/test/crack/001.tiff", "bottle/test/dent/000.png",
            "bottle/ground_truth/crack/000_mask.png", "bottle/ground_truth/crack/001.png", "bottle/readme.txt", "bottle/test/crack/._000.png");
        string bottle = Path.Combine(_folder.Path, "bottle");
        InspectionItem Item(string path, string defect, InspectionSplit split, string mask = "")
            => new(_folder.File($"bottle/{path}"), defect != "good", "bottle", defect, mask.Length > 0 ? _folder.File($"bottle/{mask}") : "", split);

        CollectionAssert.AreEqual(
            new[]
            {
                Item("train/good/a.PNG", "good", InspectionSplit.Train),
                Item("train/good/b.png", "good", InspectionSplit.Train),
                Item("test/crack/000.png", "crack", InspectionSplit.Test, "ground_truth/crack/000_mask.png"),
                Item("test/crack/001.tiff", "crack", InspectionSplit.Test, "ground_truth/crack/001.png"),
                Item("test/dent/000.png", "dent", InspectionSplit.Test),
                Item("test/good/000.jpg", "good", InspectionSplit.Test),
            },
            InspectionDataset.Read(bottle + Path.DirectorySeparatorChar).ToArray());
    }

    [TestMethod]
    public void Folder_of_MVTec_folders_gives_a_category_each()
    {
        Touch("nut/train/good/0.png", "nut/test/bent/0.png", "cap/train/good/0.png", "licence.txt");
        Directory.CreateDirectory(_folder.File("empty/x"));
        CollectionAssert.AreEqual(new[] { "cap good", "nut good", "nut bent" }, InspectionDataset.Read(_folder.Path).Select(i => $"{i.Category} {i.DefectType}").ToArray());

        Touch("stray/0.png");
        StringAssert.Contains(Error(_folder.Path).What, "stray");
    }

    [TestMethod]
    public void Plain_folder_is_good_and_for_training()
    {
        Touch("parts/b.bmp", "parts/day2/a.JPEG", "parts/a.tif", "parts/notes.txt");
        var items = InspectionDataset.Read(Path.Combine(_folder.Path, "parts"));
        CollectionAssert.AreEqual(new[] { "a.tif", "b.bmp", "a.JPEG" }, items.Select(i => Path.GetFileName(i.ImagePath)).ToArray());
        Assert.IsTrue(items.All(i => i is { IsAnomalous: false, Label: 0, Split: InspectionSplit.Train, Category: "parts", DefectType: "good", MaskPath: "" }));
    }

    [TestMethod]
    public void Loose_images_beside_labelled_folders_are_errors()
    {
        Touch("a/good/0.png", "a/bad/0.png", "a/1.png", "b/train/0.png", "b/test/crack/0.png");
        StringAssert.Contains(Error(Path.Combine(_folder.Path, "a")).What, "lies directly in the folder 'a'");
        StringAssert.Contains(Error(Path.Combine(_folder.Path, "b")).What, "lies directly in the folder 'train'");
    }

    [TestMethod]
    public void Labelled_folders_hold_back_the_last_fifth_of_the_good_images_and_never_train_on_others()
    {
        Touch([.. Enumerable.Range(0, 6).Select(i => $"nut/good/{i}.png"), "nut/bent/0.png", "nut/worn/0.png", "nut/ground_truth/worn/0_mask.png"]);
        string nut = Path.Combine(_folder.Path, "nut");
        CollectionAssert.AreEqual(
            new[]
            {
                "Train good 0.png ", "Train good 1.png ", "Train good 2.png ", "Train good 3.png ",
                "Test bent 0.png ", "Test good 4.png ", "Test good 5.png ", "Test worn 0.png 0_mask.png",
            },
            InspectionDataset.Read(nut).Select(i => $"{i.Split} {i.DefectType} {Path.GetFileName(i.ImagePath)} {Path.GetFileName(i.MaskPath)}").ToArray());

        Touch("cap/good/0.png", "cap/bent/0.png");
        CollectionAssert.AreEquivalent(new[] { "cap", "nut" }, InspectionDataset.Read(_folder.Path).Select(i => i.Category).Distinct().ToArray());
    }

    [TestMethod]
    public void Missing_and_empty_folders_are_errors_that_say_what_was_looked_for()
    {
        StringAssert.Contains(Error(Path.Combine(_folder.Path, "none")).What, "none' does not exist");
        var empty = Error(_folder.Path);
        StringAssert.Contains(empty.What, "holds no image");
        StringAssert.Contains(empty.Expected, "train/good and test/<defect>");
        StringAssert.Contains(empty.Expected, ".png, .jpg, .jpeg, .bmp, .tif, .tiff");
        StringAssert.Contains(Error(_folder.Write("list.txt", "")).What, "not called .csv");
    }

    [TestMethod]
    public void Subfolders_are_left_out_on_demand()
    {
        Touch("parts/a.png", "parts/day2/b.png", "set/train/good/a.png", "set/train/good/more/b.png");
        var flat = new DatasetOptions { Recursive = false };
        CollectionAssert.AreEqual(new[] { _folder.File("parts/a.png") }, InspectionDataset.List(_folder.File("parts"), flat).Select(i => i.ImagePath).ToArray());
        CollectionAssert.AreEqual(new[] { _folder.File("set/train/good/a.png") }, InspectionDataset.Read(_folder.File("set"), flat).Select(i => i.ImagePath).ToArray());
    }

    private void Touch(params string[] files)
    {
        foreach (string file in files)
            _folder.Write(file, "");
    }

    private static DxmiException Error(string path) => Assert.ThrowsExactly<DxmiException>(() => InspectionDataset.Read(path));
}
