using DxmiMlNet.Images;

namespace DxmiMlNet.Tests.Images.Datasets;

[TestClass]
public class CsvDatasetTests
{
    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void Delete_files() => _folder.Dispose();

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
            InspectionDataset.Read(csv, new DatasetOptions { AllowPathsOutside = true }).ToArray());
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

    [TestMethod]
    [DataRow(";")]
    [DataRow("\t")]
    public void Lists_of_other_languages_spreadsheets_are_read(string delimiter)   // defect 12
    {
        Touch("a.png", "b,1.png");
        var items = InspectionDataset.Read(_folder.Write("list.csv", $"image;label\r\na.png;0\r\n\"b,1.png\";1\r\n".Replace(";", delimiter)));
        CollectionAssert.AreEqual(new[] { (_folder.File("a.png"), false), (_folder.File("b,1.png"), true) }, items.Select(i => (i.ImagePath, i.IsAnomalous)).ToArray());
    }

    [TestMethod]
    public void An_image_with_two_labels_is_an_error_that_names_both_lines()   // defect 12
    {
        Touch("a.png", "b.png");
        var error = Error(_folder.Write("list.csv", "image,label\na.png,0\nb.png,0\n./a.png,1\n"));
        StringAssert.Contains(error.What, "Line 4 of");
        StringAssert.Contains(error.What, "otherwise than line 2");
    }

    [TestMethod]
    public void An_image_listed_twice_in_the_same_way_counts_once_and_is_reported()
    {
        Touch("a.png");
        var items = InspectionDataset.Read(_folder.Write("list.csv", "image,label\na.png,0\n./a.png,good\n"));
        Assert.HasCount(1, items);
        Assert.AreEqual(new SkippedPath(_folder.File("a.png"), "is on line 3 as it is on line 2"), items.Skipped.Single());
    }

    [TestMethod]
    public void Paths_outside_of_the_lists_folder_need_a_permission_and_say_nothing_of_what_is_there()   // defect 12
    {
        Touch("secret.png", "set/a.png");
        foreach (string name in new[] { "../secret.png", "../absent.png", _folder.File("secret.png") })
        {
            var error = Error(_folder.Write("set/list.csv", $"image\n{name}\n"));
            StringAssert.Contains(error.What, "which lies outside of");
            StringAssert.Contains(error.Remedy, "AllowPathsOutside");
        }
        Assert.HasCount(1, InspectionDataset.Read(_folder.Write("set/list.csv", "image\n../secret.png\n"), new DatasetOptions { AllowPathsOutside = true }));
    }

    [TestMethod]
    public void Contents_of_files_that_are_no_lists_do_not_show_in_errors()   // defect 12
    {
        string secret = "root:$6$hash:19000:0:99999\n";
        foreach (string text in new[] { secret, "password=12345;user=root\n", "\0\u0001" + secret, new string('x', 200_000) + secret, "a,b\n" + secret })
        {
            var error = Error(_folder.Write("list.csv", text));
            Assert.IsFalse(error.Message.Contains("root") || error.Message.Contains("12345") || error.Message.Contains("xxx"), error.Message);
            Assert.IsTrue(error.Expected.Length > 0 && error.Remedy.Length > 0 && error.Message.Length < 600, error.Message);
        }
        byte[] binary = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 7))];
        StringAssert.Contains(Error(_folder.Write("list.csv", binary)).What, "is no text in UTF-8");
        Touch("a.png");
        var cell = Error(_folder.Write("list.csv", $"image,label\na.png,\u001b[31m{new string('y', 5000)}\n"));
        Assert.IsTrue(cell.Message.Length < 400 && !cell.Message.Contains('\u001b'), "a wrong value shows, in short and without control characters");
    }

    private void Touch(params string[] files)
    {
        foreach (string file in files)
            _folder.Write(file, "");
    }

    private static DxmiException Error(string path) => Assert.ThrowsExactly<DxmiException>(() => InspectionDataset.Read(path));
}
