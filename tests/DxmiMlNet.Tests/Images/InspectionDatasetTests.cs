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
    public void CSV_gives_all_columns_and_reads_quotes()
    {
        Touch("set/a.png", "set/b, \"2\".png", "set/c.png", "masks/c.png");
        string csv = _folder.Write("set/list.csv", "\uFEFFImage,Label,operator,mask,Split,category,defect\r\na.png,good,\"Ann\nMiller\",,train,nut,\r\n\r\n\"b, \"\"2\"\".png\",0,,,test,nut,good\r\nc.png,NG,,../masks/c.png,test,cap,crack");
        CollectionAssert.AreEqual(
            new[]
            {
                new InspectionItem(_folder.File("set/a.png"), false, "nut", "good", "", InspectionSplit.Train),
                new InspectionItem(_folder.File("set/b, \"2\".png"), false, "nut", "good", "", InspectionSplit.Test),
                new InspectionItem(_folder.File("set/c.png"), true, "cap", "crack", _folder.File("masks/c.png"), InspectionSplit.Test),
            },
            InspectionDataset.Read(csv).ToArray());
    }

    [TestMethod]
    public void CSV_without_labels_takes_rows_with_a_defect_as_anomalous_and_for_testing()
    {
        Touch("set/a.png", "set/sub/b.png");
        var items = InspectionDataset.Read(_folder.Write("set/list.csv", "image,defect\na.png,\nsub\\b.png,crack\n"));
        Assert.AreEqual(new InspectionItem(_folder.File("set/a.png"), false, "set", "good"), items[0]);
        Assert.AreEqual(new InspectionItem(_folder.File("set/sub/b.png"), true, "set", "crack", "", InspectionSplit.Test), items[1]);
    }

    [TestMethod]
    [DataRow("file,label\na.png,0\n", "has no column 'image'")]
    [DataRow("image,label\n", "lists no image")]
    [DataRow("", "lists no image")]
    [DataRow("image,label\na.png,0\nmissing.png,0\n", "Line 3 of")]
    [DataRow("image,label\n\n\"a.png\",\n", "Line 3 of")]
    [DataRow("image,label\na.png,perhaps\n", "has the label 'perhaps'")]
    [DataRow("image,label\na.png\n", "has 1 fields")]
    [DataRow("image,label,mask\na.png,1,m.png\n", "names the mask")]
    [DataRow("image,split\na.png,later\n", "has the split 'later'")]
    [DataRow("image,label,defect\na.png,0,crack\n", "is labelled good and names the defect 'crack'")]
    [DataRow("image,label\n\"a.png,0\n", "begins on line 2")]
    public void Wrong_CSV_is_an_error_that_names_the_line(string csv, string what)
    {
        Touch("a.png");
        var error = Error(_folder.Write("list.csv", csv));
        StringAssert.Contains(error.What, what);
        StringAssert.Contains(error.What, "list.csv");
    }

    private void Touch(params string[] files)
    {
        foreach (string file in files)
            _folder.Write(file, "");
    }

    private static DxmiException Error(string path) => Assert.ThrowsExactly<DxmiException>(() => InspectionDataset.Read(path));
}
