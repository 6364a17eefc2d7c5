using DxmiMlNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Images.Datasets;

[TestClass]
public class InspectionImageViewTests
{
    private readonly TestFolder _folder = new();
    private readonly MLContext _ml = new(seed: 1);

    [TestCleanup]
    public void Delete_files() => _folder.Dispose();

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
        public float Label { get; set; }
        public string Category { get; set; } = "";
        public string DefectType { get; set; } = "";
        public string MaskPath { get; set; } = "";
    }

    /// <summary>Four good images for training; a good and a cracked one for testing, with mask. The grey of image i is 10 i.</summary>
    private string WriteSet()
    {
        for (int i = 0; i < 4; i++)
            _folder.Write($"nut/train/good/{i}.png", Encoded.Png(4 + i, 6, (byte)(10 * i)));
        _folder.Write("nut/test/crack/4.png", Encoded.Png(4, 6, 40));
        _folder.Write("nut/test/good/5.png", Encoded.Png(4, 6, 50));
        _folder.Write("nut/ground_truth/crack/4_mask.png", Encoded.Png(4, 6));
        return Path.Combine(_folder.Path, "nut");
    }

    [TestMethod]
    public void Every_column_comes_back()
    {
        var view = _ml.Data.LoadInspectionImages(WriteSet());
        CollectionAssert.AreEqual(
            new[] { "ImagePath String", "Label Single", "Category String", "DefectType String", "MaskPath String", "IgnoreMaskPath String", "Image Image" },
            view.Schema.Select(c => $"{c.Name} {(c.Type is TextDataViewType ? "String" : c.Type)}").ToArray());
        Assert.AreEqual(6, view.GetRowCount());

        var rows = _ml.Data.CreateEnumerable<Row>(view, reuseRowObject: false).ToArray();
        var crack = rows[4];
        Assert.AreEqual(_folder.File("nut/test/crack/4.png"), crack.ImagePath);
        Assert.AreEqual((1f, "nut", "crack"), (crack.Label, crack.Category, crack.DefectType));
        Assert.AreEqual(_folder.File("nut/ground_truth/crack/4_mask.png"), crack.MaskPath);
        Assert.AreEqual((0f, "good", ""), (rows[3].Label, rows[3].DefectType, rows[3].MaskPath));

        var images = view.GetColumn<MLImage>("Image").Select(image => (image.Height, image.Width, image.Pixels[0]));
        CollectionAssert.AreEqual(new[] { (4, 6, 0), (5, 6, 10), (6, 6, 20), (7, 6, 30), (4, 6, 40), (4, 6, 50) }, images.Select(i => (i.Height, i.Width, (int)i.Item3)).ToArray());
    }

    [TestMethod]
    public void Split_and_good_only_choose_rows()
    {
        string set = WriteSet();
        Assert.AreEqual(4, _ml.Data.LoadInspectionImages(set, InspectionSplit.Train).GetRowCount());
        Assert.AreEqual(2, _ml.Data.LoadInspectionImages(set, InspectionSplit.Test).GetRowCount());
        Assert.AreEqual(5, _ml.Data.LoadInspectionImages(set, goodOnly: true).GetRowCount());
        Directory.Delete(Path.Combine(set, "test"), recursive: true);
        var error = Assert.ThrowsExactly<DxmiException>(() => _ml.Data.LoadInspectionImages(set, InspectionSplit.Test));
        StringAssert.Contains(error.What, "no one in the split Test");
    }

    [TestMethod]
    public void Images_are_decoded_only_when_asked_for()
    {
        string set = WriteSet();
        _folder.Write("nut/train/good/1.png", "damaged");
        var view = _ml.Data.LoadInspectionImages(set);
        Assert.HasCount(6, view.GetColumn<float>("Label").ToArray());

        using var cursor = view.GetRowCursor(view.Schema);   // active, but the damaged row's image is never asked for
        while (cursor.MoveNext())
        {
        }
    }

    [TestMethod]
    public void Bad_image_throws_and_names_its_file()
    {
        string set = WriteSet();
        _folder.Write("nut/train/good/1.png", "damaged");
        var error = Assert.ThrowsExactly<DxmiException>(() => Greys(_ml.Data.LoadInspectionImages(set)));
        StringAssert.Contains(error.What, _folder.File("nut/train/good/1.png"));
    }

    [TestMethod]
    public void Skipping_goes_on_with_the_next_image_and_reports_each_path_once()
    {
        string set = WriteSet();
        _folder.Write("nut/train/good/0.png", "damaged");
        _folder.Write("nut/test/good/5.png", "");
        var reported = new List<BadImage>();
        var logged = new List<string>();
        _ml.Log += (_, e) => logged.Add(e.Message);
        var view = _ml.Data.LoadInspectionImages(new InspectionImageOptions { Path = set, BadImages = BadImages.Skip, OnBadImage = reported.Add });

        Assert.IsNull(view.GetRowCount());
        CollectionAssert.AreEqual(new[] { 10, 20, 30, 40 }, Greys(view));
        CollectionAssert.AreEqual(new[] { 10, 20, 30, 40 }, Greys(view));
        CollectionAssert.AreEqual(new[] { "0.png", "5.png" }, reported.Select(b => Path.GetFileName(b.Path)).ToArray());
        StringAssert.Contains(reported[1].Error.What, "is empty");
        Assert.AreEqual(2, logged.Count(m => m.Contains("Skipped: ")));
        // The rows once found bad are left out of every later pass, so that columns read one by one stay aligned.
        Assert.HasCount(4, view.GetColumn<string>("ImagePath").ToArray());
    }

    [TestMethod]
    public void Cursors_of_a_set_share_the_rows_and_their_batches_restore_the_order()
    {
        string set = WriteSet();
        _folder.Write("nut/train/good/2.png", "damaged");
        var view = _ml.Data.LoadInspectionImages(set, badImages: BadImages.Skip);
        var rows = new List<(long Batch, ulong Id, int Grey)>();
        foreach (var cursor in view.GetRowCursorSet(view.Schema, 3))
        {
            using (cursor)
            {
                var image = cursor.GetGetter<MLImage>(view.Schema["Image"]);
                var id = cursor.GetIdGetter();
                MLImage value = null!;
                DataViewRowId rowId = default;
                long last = -1;
                while (cursor.MoveNext())
                {
                    Assert.IsGreaterThan(last, cursor.Batch);
                    last = cursor.Batch;
                    image(ref value);
                    id(ref rowId);
                    rows.Add((cursor.Batch, rowId.Low, value.Pixels[0]));
                }
                value?.Dispose();
            }
        }
        CollectionAssert.AreEqual(new[] { 0, 10, 30, 40, 50 }, rows.OrderBy(r => r.Batch).Select(r => r.Grey).ToArray());
        Assert.IsTrue(rows.All(r => r.Grey == 10 * (int)r.Id));
    }

    [TestMethod]
    public void Shuffling_keeps_rows_together_and_follows_the_seed()
    {
        var view = _ml.Data.LoadInspectionImages(WriteSet());
        static int[] Ids(IDataView view, int seed)
        {
            using var cursor = view.GetRowCursor(view.Schema, new Random(seed));
            var image = cursor.GetGetter<MLImage>(view.Schema["Image"]);
            var path = cursor.GetGetter<ReadOnlyMemory<char>>(view.Schema["ImagePath"]);
            MLImage value = null!;
            ReadOnlyMemory<char> name = default;
            var ids = new List<int>();
            while (cursor.MoveNext())
            {
                image(ref value);
                path(ref name);
                ids.Add(value.Pixels[0] / 10);
                Assert.AreEqual($"{ids[^1]}.png", Path.GetFileName(name.ToString()));
            }
            value.Dispose();
            return [.. ids];
        }
        CollectionAssert.AreEqual(Ids(view, 7), Ids(view, 7));
        CollectionAssert.AreNotEqual(Ids(view, 7), Ids(view, 8));
        CollectionAssert.AreEquivalent(new[] { 0, 1, 2, 3, 4, 5 }, Ids(view, 7));
    }

    [TestMethod]
    public void Getter_disposes_the_image_it_finds_and_gives_each_consumer_its_own()
    {
        var view = _ml.Data.LoadInspectionImages(WriteSet());
        using var cursor = view.GetRowCursor(view.Schema);
        var (one, two) = (cursor.GetGetter<MLImage>(view.Schema["Image"]), cursor.GetGetter<MLImage>(view.Schema["Image"]));
        MLImage first = null!, second = null!;
        cursor.MoveNext();
        one(ref first);
        two(ref second);
        Assert.AreNotSame(first, second);
        var old = first;
        cursor.MoveNext();
        one(ref first);
        Assert.ThrowsExactly<InvalidOperationException>(() => old.Width);
        Assert.AreEqual((5, 4), (first.Height, second.Height));
        first.Dispose();
        second.Dispose();
    }

    [TestMethod]
    public void Items_chosen_by_hand_load_and_go_through_a_pipeline()
    {
        var items = InspectionDataset.Read(WriteSet()).Where(i => i.Split == InspectionSplit.Train).Skip(1);
        var view = _ml.Data.LoadInspectionImages(items);
        var pipeline = _ml.Transforms.ResizeImages("Small", 3, 2, "Image").Append(_ml.Transforms.ExtractPixels("Pixels", "Small"));
        var pixels = pipeline.Fit(view).Transform(view).GetColumn<float[]>("Pixels").ToArray();
        CollectionAssert.AreEqual(new[] { 10f, 20f, 30f }, pixels.Select(p => p[0]).ToArray());
        Assert.HasCount(3 * 2 * 3, pixels[0]);
    }

    [TestMethod]
    public void Wrong_use_of_a_cursor_is_an_error_that_names_the_column()
    {
        var view = _ml.Data.LoadInspectionImages(WriteSet());
        using var cursor = view.GetRowCursor([view.Schema["Label"]]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<MLImage>(view.Schema["Image"])).Message, "'Image' is not active");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<bool>(view.Schema["Label"])).Message, "'Label' holds");
    }

    private static int[] Greys(IDataView view)
    {
        using var cursor = view.GetRowCursor([view.Schema["Image"]]);
        var getter = cursor.GetGetter<MLImage>(view.Schema["Image"]);
        MLImage image = null!;
        var greys = new List<int>();
        while (cursor.MoveNext())
        {
            getter(ref image);
            greys.Add(image.Pixels[0]);
        }
        image?.Dispose();
        return [.. greys];
    }
}
