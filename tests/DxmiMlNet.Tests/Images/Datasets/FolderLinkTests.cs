using DxmiMlNet.Images;
using Microsoft.ML;

namespace DxmiMlNet.Tests.Images.Datasets;

/// <summary>Links in the folders of a data set: defect 1.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public class FolderLinkTests
{
    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void Delete_files() => _folder.Dispose();

    [TestMethod]
    [Timeout(20_000)]
    public void Loops_of_links_end_and_count_no_image_twice()
    {
        Touch("parts/a.png", "parts/x/b.png", "parts/y/c.png");
        Link("parts/up", "parts");
        Link("parts/x/to-y", "parts/y");
        Link("parts/y/to-x", "parts/x");
        CollectionAssert.AreEqual(new[] { "a.png", "x/b.png", "y/c.png" }, Names("parts", InspectionDataset.List(_folder.File("parts"))));
        CollectionAssert.AreEqual(new[] { "a.png", "x/b.png", "y/c.png" }, Names("parts", InspectionDataset.Read(_folder.File("parts"))));
    }

    [TestMethod]
    public void Links_that_lead_out_are_reported_and_followed_on_demand()
    {
        Touch("parts/a.png", "elsewhere/b.png", "elsewhere/deep/c.png", "single.png");
        Link("parts/more", "elsewhere");
        Link("parts/one.png", "single.png");
        Link("elsewhere/back", "parts");

        var inside = InspectionDataset.List(_folder.File("parts"));
        CollectionAssert.AreEqual(new[] { "a.png" }, Names("parts", inside));
        CollectionAssert.AreEqual(new[] { _folder.File("parts/more"), _folder.File("parts/one.png") }, inside.Skipped.Select(s => s.Path).ToArray());
        StringAssert.Contains(inside.Skipped[0].Reason, "leads out of the folder, to '" + _folder.File("elsewhere"));

        var all = InspectionDataset.List(_folder.File("parts"), new DatasetOptions { FollowLinksOutside = true });
        CollectionAssert.AreEqual(new[] { "a.png", "more/b.png", "more/deep/c.png", "one.png" }, Names("parts", all));
    }

    [TestMethod]
    public void A_folder_of_nothing_but_links_that_lead_out_is_an_error_that_says_how_to_follow_them()
    {
        Touch("elsewhere/a.png", "elsewhere/b.png");
        Directory.CreateDirectory(_folder.File("parts"));
        Link("parts/a.png", "elsewhere/a.png");
        Link("parts/b.png", "elsewhere/b.png");
        var error = Assert.ThrowsExactly<DxmiException>(() => InspectionDataset.Read(_folder.File("parts")));
        StringAssert.Contains(error.What, "1 more");
        StringAssert.Contains(error.Remedy, "FollowLinksOutside");
    }

    [TestMethod]
    public void A_view_of_a_data_set_says_in_the_log_what_was_passed_over()
    {
        Touch("parts/a.png", "elsewhere/b.png");
        Link("parts/more", "elsewhere");
        var mlContext = new MLContext();
        var logged = new List<string>();
        mlContext.Log += (_, e) => logged.Add(e.Message);
        Assert.AreEqual(1, mlContext.Data.LoadInspectionImages(_folder.File("parts")).GetRowCount());
        Assert.HasCount(1, logged.Where(m => m.Contains($"Skipped: '{_folder.File("parts/more")}' is a link")));
        var options = new InspectionImageOptions { Path = _folder.File("parts"), Dataset = new DatasetOptions { FollowLinksOutside = true } };
        Assert.AreEqual(2, mlContext.Data.LoadInspectionImages(options).GetRowCount());
    }

    [TestMethod]
    public void A_link_beside_its_image_is_the_same_image_and_is_reported()
    {
        Touch("parts/b.png");
        Link("parts/a.png", "parts/b.png");
        var items = InspectionDataset.List(_folder.File("parts"));
        CollectionAssert.AreEqual(new[] { "b.png" }, Names("parts", items));
        Assert.AreEqual(_folder.File("parts/a.png"), items.Skipped.Single().Path);
    }

    [TestMethod]
    public void Links_inside_the_data_set_make_its_layout()
    {
        Touch("set/pool/0.png", "set/pool/1.png", "set/bent/7.png");
        Link("set/train/good/first.png", "set/pool/0.png");
        Link("set/test/bent", "set/bent");
        CollectionAssert.AreEqual(new[] { "train/good/first.png", "test/bent/7.png" }, Names("set", InspectionDataset.Read(_folder.File("set"))));
    }

    [TestMethod]
    public void Bad_parts_are_never_learned_because_the_good_ones_are_linked()
    {
        Touch("elsewhere/good/0.png", "set/bad/1.png");
        Link("set/good", "elsewhere/good");
        var items = InspectionDataset.Read(_folder.File("set"));
        Assert.IsTrue(items.All(i => i.IsAnomalous && i.Split == InspectionSplit.Test));
        Assert.AreEqual(_folder.File("set/good"), items.Skipped.Single().Path);
    }

    [TestMethod]
    public void A_link_to_the_data_set_itself_is_no_kind_of_defect()
    {
        Touch("set/good/0.png", "set/bad/1.png");
        Link("set/again", "set");
        Link("set/also-good", "set/good");
        CollectionAssert.AreEquivalent(new[] { "good", "bad" }, InspectionDataset.Read(_folder.File("set")).Select(i => i.DefectType).ToArray());
    }

    [TestMethod]
    [Timeout(20_000)]
    public void Folders_of_masks_may_hold_loops_too()
    {
        Touch("parts/a.png", "masks/a.png");
        Link("masks/up", "masks");
        var items = IgnoreMasks.Find(InspectionDataset.List(_folder.File("parts")), _folder.File("parts"), _folder.File("masks"));
        Assert.AreEqual(_folder.File("masks/a.png"), items.Single().IgnoreMaskPath);
    }

    [TestMethod]
    public void A_list_does_not_lead_out_by_a_link()
    {
        Touch("secret.png", "set/b.png");
        Link("set/a.png", "secret.png");
        string csv = _folder.Write("set/list.csv", "image\na.png\n");
        StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => InspectionDataset.Read(csv)).What, "a link that leads out");
        Assert.HasCount(1, InspectionDataset.Read(csv, new DatasetOptions { FollowLinksOutside = true }));
    }

    private string[] Names(string folder, IEnumerable<InspectionItem> items) => [.. items.Select(i => Path.GetRelativePath(_folder.File(folder), i.ImagePath))];

    private void Link(string link, string target) => File.CreateSymbolicLink(_folder.File(link), _folder.File(target));

    private void Touch(params string[] files)
    {
        foreach (string file in files)
            _folder.Write(file, "");
    }
}
