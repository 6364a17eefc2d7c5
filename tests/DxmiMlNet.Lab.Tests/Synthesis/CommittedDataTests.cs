using DxmiMlNet.Lab.Synthesis;
using SkiaSharp;

namespace DxmiMlNet.Lab.Tests.Synthesis;

/// <summary>The sets under data/ are what their README says: made by this generator, seed 1.</summary>
[TestClass]
public class CommittedDataTests
{
    [TestMethod]
    [DataRow("brushed-metal", "dent")]
    [DataRow("woven-fabric", "broken_thread")]
    [DataRow("printed-board", "missing_part")]
    public void The_generator_makes_the_committed_images_again(string kind, string defect)
    {
        string set = Path.Combine(RepositoryRoot(), "data", kind);
        foreach (var (file, sample) in new[]
        {
            ("train/good/000.jpg", SyntheticTexture.RenderSample(kind, seed: 1)),
            ($"test/{defect}/005.jpg", SyntheticTexture.RenderSample(kind, seed: 1, index: 5, defect: defect)),
        })
        {
            byte[] committed = SyntheticDatasetTests.ReadRgb(Path.Combine(set, file)), made = ThroughJpeg(sample);
            int worst = committed.Zip(made, (a, b) => Math.Abs(a - b)).Max();
            Assert.IsLessThanOrEqualTo(2, worst, file);
        }
        var mask = SyntheticDatasetTests.ReadRgb(Path.Combine(set, $"ground_truth/{defect}/005_mask.png"));
        CollectionAssert.AreEqual(SyntheticTexture.RenderSample(kind, 1, index: 5, defect: defect).Mask, mask.Where((_, i) => i % 3 == 0).ToArray());
    }

    [TestMethod]
    public void The_committed_sets_stay_small()
    {
        long bytes = Directory.GetFiles(Path.Combine(RepositoryRoot(), "data"), "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
        Assert.IsLessThan(6_000_000, bytes);
    }

    private static byte[] ThroughJpeg(SyntheticSample sample)
    {
        using var bitmap = sample.ToBitmap();
        using var data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 92);
        using var decoded = SKBitmap.Decode(data);
        return [.. decoded.Pixels.SelectMany(p => (byte[])[p.Red, p.Green, p.Blue])];
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DxmiMlNet.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No DxmiMlNet.sln above {AppContext.BaseDirectory}.");
    }
}
