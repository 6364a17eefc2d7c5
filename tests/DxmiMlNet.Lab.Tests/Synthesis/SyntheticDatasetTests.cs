using DxmiMlNet.Lab.Synthesis;
using SkiaSharp;

namespace DxmiMlNet.Lab.Tests.Synthesis;

[TestClass]
public class SyntheticDatasetTests
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"dxmi-set-{Guid.NewGuid():N}");

    private SyntheticOptions Small => new() { Kind = "brushed-metal", OutputFolder = _folder, ImageSize = 49, TrainGood = 3, TestGood = 2, TestPerDefect = 1 };

    [TestCleanup]
    public void Delete()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    [TestMethod]
    public void A_set_has_MVTec_layout_and_says_what_made_it()
    {
        SyntheticDataset.Write(Small);
        CollectionAssert.AreEquivalent(
            (string[])
            [
                "README.md", "train/good/000.png", "train/good/001.png", "train/good/002.png", "test/good/000.png", "test/good/001.png",
                "test/scratch/000.png", "test/dent/000.png", "test/stain/000.png",
                "ground_truth/scratch/000_mask.png", "ground_truth/dent/000_mask.png", "ground_truth/stain/000_mask.png",
            ],
            Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(_folder, f).Replace('\\', '/')).ToArray());
        string readme = File.ReadAllText(Path.Combine(_folder, "README.md"));
        StringAssert.Contains(readme, "dxmi synthesize --kind brushed-metal --seed 1");
        StringAssert.Contains(readme, "Licence: MIT");
    }

    [TestMethod]
    public void Files_hold_exactly_what_was_rendered()
    {
        SyntheticDataset.Write(Small);
        var sample = SyntheticTexture.RenderSample("brushed-metal", 1, 49, 0, "dent");
        CollectionAssert.AreEqual(sample.Pixels, ReadRgb(Path.Combine(_folder, "test/dent/000.png")));
        var mask = ReadRgb(Path.Combine(_folder, "ground_truth/dent/000_mask.png"));
        CollectionAssert.AreEqual(sample.Mask, mask.Where((_, i) => i % 3 == 0).ToArray());
        CollectionAssert.AreEqual(SyntheticTexture.RenderSample("brushed-metal", 1, 49, 2).Pixels, ReadRgb(Path.Combine(_folder, "train/good/002.png")));
    }

    [TestMethod]
    public void Progress_counts_every_image_once()
    {
        var reports = new Collector();
        SyntheticDataset.Write(Small, reports);
        CollectionAssert.AreEquivalent(Enumerable.Range(1, 8).ToArray(), reports.Seen.Select(p => p.Done).ToArray());
        Assert.IsTrue(reports.Seen.All(p => p.Total == 8));
    }

    [TestMethod]
    public void A_cancelled_set_leaves_nothing_behind()
    {
        using var source = new CancellationTokenSource();
        var cancel = new Collector(source.Cancel);
        Assert.Throws<OperationCanceledException>(() => SyntheticDataset.Write(Small with { TrainGood = 500 }, cancel, source.Token));
        Assert.IsEmpty(Directory.GetFileSystemEntries(Path.GetTempPath(), Path.GetFileName(_folder) + "*"));
    }

    [TestMethod]
    public void A_folder_with_files_is_not_touched()
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, "notes.txt"), "mine");
        var error = Assert.ThrowsExactly<DxmiException>(() => SyntheticDataset.Write(Small));
        StringAssert.Contains(error.Message, "already exists and is not an empty folder.");
        Assert.AreEqual("mine", File.ReadAllText(Path.Combine(_folder, "notes.txt")));
    }

    [TestMethod]
    public void A_place_that_cannot_be_written_is_named()
    {
        File.WriteAllText(_folder, "a file where a folder should be");
        try
        {
            var error = Assert.ThrowsExactly<DxmiException>(() => SyntheticDataset.Write(Small with { OutputFolder = Path.Combine(_folder, "set") }));
            StringAssert.Contains(error.Message, $"The set cannot be written to '{Path.Combine(_folder, "set")}'");
        }
        finally
        {
            File.Delete(_folder);
        }
    }

    [TestMethod]
    public void Counts_out_of_range_are_named()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => SyntheticDataset.Write(Small with { TrainGood = 0 }));
        StringAssert.Contains(error.Message, "TrainGood is 0. It must be from 1 to 100000.");
    }

    internal static byte[] ReadRgb(string path)
    {
        using var bitmap = SKBitmap.Decode(path);
        return [.. bitmap.Pixels.SelectMany(p => (byte[])[p.Red, p.Green, p.Blue])];
    }

    private sealed class Collector(Action? then = null) : IProgress<SyntheticProgress>
    {
        private readonly Lock _lock = new();

        public List<SyntheticProgress> Seen { get; } = [];

        public void Report(SyntheticProgress value)
        {
            lock (_lock)
                Seen.Add(value);
            then?.Invoke();
        }
    }
}
