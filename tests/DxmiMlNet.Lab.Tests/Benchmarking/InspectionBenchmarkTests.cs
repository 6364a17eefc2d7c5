using System.Text.Json;
using DxmiMlNet.Lab.Benchmarking;

namespace DxmiMlNet.Lab.Tests.Benchmarking;

[TestClass]
public class InspectionBenchmarkTests
{
    [TestMethod]
    public void Every_method_gives_a_row_for_the_category_and_one_for_each_defect()
    {
        using var parts = new SmallParts();
        var result = InspectionBenchmark.Run(Options(parts));

        Assert.IsEmpty(result.Failed, string.Join('\n', result.Failed.Select(f => f.Error.Message)));
        CollectionAssert.AreEqual(InspectionBenchmark.Methods.SelectMany(m => new[] { $"{m} ", $"{m} scratch" }).ToArray(),
            result.Rows.Select(r => $"{r.Method} {r.Defect}").ToArray());
        foreach (var row in result.Rows)
        {
            Assert.AreEqual(("parts", "parts", "separate", "tiny", 1), (row.Dataset, row.Category, row.Mode, row.Backbone, row.Seed));
            Assert.AreEqual((SmallParts.Scratched, 0), (row.Anomalous, row.Failed));
            Assert.IsNotNull(row.ImageAuroc);
            Assert.AreEqual(row.Method != "pca", row.PixelAuroc is not null, "ML.NET's trainer has no map");
            Assert.AreEqual(row.Defect.Length == 0, row.FalseRejectRate is not null);
            Assert.IsGreaterThan(row.DetectorBytes, row.ModelBytes);
            Assert.IsGreaterThan(row.DetectorMsPerImage, row.MsPerImage);
            Assert.IsGreaterThan(0, row.PeakMemoryMb);
        }
        Assert.IsFalse(File.Exists(parts.File("out/.features.tmp")), "the stored features are gone");
    }

    [TestMethod]
    [DataRow("patchcore")]
    [DataRow("padim")]
    public void Peers_find_an_obvious_scratch(string method)
    {
        using var parts = new SmallParts();
        var row = InspectionBenchmark.Run(Options(parts, method)).Rows[0];
        Assert.AreEqual(1, row.ImageAuroc);
        Assert.IsGreaterThan(0.8, row.PixelAuroc!.Value);
    }

    [TestMethod]
    public void Seeds_repeat_and_the_summary_is_their_mean()
    {
        using var parts = new SmallParts();
        var result = InspectionBenchmark.Run(Options(parts, "padim") with { Seeds = 3 });

        var whole = result.Rows.Where(r => r.Defect.Length == 0).ToArray();
        CollectionAssert.AreEqual(new[] { 1, 2, 3 }, whole.Select(r => r.Seed).ToArray());
        var summary = result.Summary.Single();
        Assert.AreEqual(3, summary.Rows);
        Assert.AreEqual(whole.Average(r => r.Aupro!.Value), summary.Aupro!.Value, 1e-12);
        Assert.AreEqual(whole.Average(r => r.FitSeconds), summary.FitSeconds, 1e-12);
    }

    [TestMethod]
    public void A_row_that_is_there_is_not_measured_again()
    {
        using var parts = new SmallParts();
        var first = InspectionBenchmark.Run(Options(parts, "padim"));
        var stages = new List<InspectionProgress>();
        var again = InspectionBenchmark.Run(Options(parts, "padim", "patchcore"), new Reporter(stages.Add));

        CollectionAssert.AreEqual(first.Rows.ToArray(), again.Rows.Where(r => r.Method == "padim").ToArray());
        Assert.HasCount(4, again.Rows);
        Assert.IsFalse(stages.Any(s => s.Detail.Contains("padim", StringComparison.Ordinal)));

        stages.Clear();
        InspectionBenchmark.Run(Options(parts, "padim", "patchcore"), new Reporter(stages.Add));
        Assert.IsEmpty(stages, "nothing was left to do");
    }

    [TestMethod]
    public void A_row_that_a_kill_cut_off_is_measured_again_and_the_others_stay()
    {
        using var parts = new SmallParts();
        var first = InspectionBenchmark.Run(Options(parts, "padim", "patchcore"));
        string log = parts.File("out/rows.jsonl");
        byte[] bytes = File.ReadAllBytes(log);
        File.WriteAllBytes(log, bytes[..^100]);   // within the last row, patchcore's

        var again = InspectionBenchmark.Run(Options(parts, "padim", "patchcore"));

        CollectionAssert.AreEqual(first.Rows.Take(2).ToArray(), again.Rows.Take(2).ToArray());
        CollectionAssert.AreEqual(first.Rows.Select(r => r.ImageAuroc).ToArray(), again.Rows.Select(r => r.ImageAuroc).ToArray());
        CollectionAssert.AreEqual(again.Rows.ToArray(), InspectionBenchmark.Run(Options(parts, "padim", "patchcore")).Rows.ToArray());
    }

    [TestMethod]
    public void Rows_of_other_settings_or_images_are_not_taken_for_these()
    {
        using var parts = new SmallParts();
        string Fingerprint(InspectionBenchmarkOptions options) => InspectionBenchmark.Run(options).Rows[0].Fingerprint;
        var seen = new List<string>
        {
            Fingerprint(Options(parts, "dxmi")),
            Fingerprint(Options(parts, "dxmi") with { Effort = 0.002 }),
            Fingerprint(Options(parts, "dxmi") with { Alpha = 0.2 }),
        };
        parts.Save("parts/test/good/more.png", SmallParts.Part(300));
        seen.Add(Fingerprint(Options(parts, "dxmi")));
        CollectionAssert.AllItemsAreUnique(seen);
    }

    [TestMethod]
    public void Both_modes_give_rows_for_every_category_and_unified_ones_are_calibrated_by_category()
    {
        using var parts = new SmallParts();
        Copy(parts.Data, parts.File("set/first"));
        Copy(parts.Data, parts.File("set/second"));
        // The second category is brighter: with one threshold for both, its good parts would all be rejected, or none of the first's.
        for (int i = 0; i < SmallParts.TrainGood; i++)
            parts.Save($"set/second/train/good/{i:00}.png", Bright(i));
        for (int i = 0; i < SmallParts.TestGood; i++)
            parts.Save($"set/second/test/good/{i:00}.png", Bright(100 + i));

        var result = InspectionBenchmark.Run(Options(parts, "padim") with { Data = [parts.File("set")], Mode = BenchmarkMode.Both });

        var whole = result.Rows.Where(r => r.Defect.Length == 0).ToArray();
        CollectionAssert.AreEqual(new[] { "separate first", "separate second", "unified first", "unified second" }, whole.Select(r => $"{r.Mode} {r.Category}").ToArray());
        Assert.AreEqual(2, whole.Select(r => r.Fingerprint).Distinct().Count() - 1, "one of each category, and one of both");
        Assert.IsTrue(whole.All(r => r.FalseRejectRate < 0.6));
        CollectionAssert.AreEqual(new[] { "separate 2", "unified 2" }, result.Summary.Select(s => $"{s.Mode} {s.Rows}").ToArray());

        static Microsoft.ML.Data.MLImage Bright(int seed)
        {
            var random = new Random(seed);
            return SmallParts.Paint((_, _) => (byte)(220 + random.Next(12)));
        }
    }

    [TestMethod]
    public void Unified_mode_needs_several_categories()
    {
        using var parts = new SmallParts();
        var error = Assert.ThrowsExactly<DxmiException>(() => InspectionBenchmark.Run(Options(parts) with { Mode = BenchmarkMode.Unified }));
        StringAssert.Contains(error.What, "no data set has several categories");
    }

    [TestMethod]
    public void Images_without_masks_have_no_pixel_metrics()
    {
        using var parts = new SmallParts();
        Directory.Delete(parts.File("parts/ground_truth"), recursive: true);
        var row = InspectionBenchmark.Run(Options(parts, "padim")).Rows[0];
        Assert.IsNotNull(row.ImageAuroc);
        Assert.IsNull(row.PixelAuroc);
        Assert.IsNull(row.Aupro);
    }

    [TestMethod]
    public void Bad_images_are_reported_counted_and_left_out()
    {
        using var parts = new SmallParts();
        string cut = parts.Write("parts/train/good/30.png", [1, 2, 3]);
        string mask = parts.Save("parts/ground_truth/scratch/00_mask.png", SmallParts.Paint((_, _) => 255, side: 16));
        var result = InspectionBenchmark.Run(Options(parts, "padim"));
        CollectionAssert.AreEquivalent(new[] { cut, parts.File("parts/test/scratch/00.png") }, result.Failed.Select(f => f.Path).ToArray());
        Assert.IsTrue(result.Failed.Any(f => f.Error.What.Contains(mask, StringComparison.Ordinal)));
        Assert.AreEqual((2, SmallParts.Scratched - 1), (result.Rows[0].Failed, result.Rows[0].Anomalous));
    }

    [TestMethod]
    public void A_category_that_cannot_be_fitted_is_reported_and_the_others_are_measured()
    {
        using var parts = new SmallParts();
        Copy(parts.Data, parts.File("set/first"));
        Copy(parts.Data, parts.File("set/second"));
        for (int i = 3; i < SmallParts.TrainGood; i++)
            File.Delete(parts.File($"set/second/train/good/{i:00}.png"));

        var result = InspectionBenchmark.Run(Options(parts, "padim") with { Data = [parts.File("set")] });

        Assert.AreEqual("first", result.Rows.Select(r => r.Category).Distinct().Single());
        var failure = result.FailedFits.Single();
        Assert.AreEqual("padim on second, tiny, seed 1", failure.Fit);
        Assert.AreEqual("There are 3 good images.", failure.Error.What);
    }

    [TestMethod]
    public void Files_hold_the_rows()
    {
        using var parts = new SmallParts();
        var result = InspectionBenchmark.Run(Options(parts, "padim", "pca"));

        string[] csv = File.ReadAllLines(parts.File("out/rows.csv"));
        Assert.HasCount(1 + result.Rows.Count, csv);
        Assert.StartsWith("dataset,category,defect,mode,backbone,method,seed", csv[0]);
        var json = JsonDocument.Parse(File.ReadAllText(parts.File("out/results.json"))).RootElement;
        Assert.AreEqual(result.Rows.Count, json.GetProperty("rows").GetArrayLength());
        Assert.AreEqual(result.Summary[0].ImageAuroc, json.GetProperty("summary")[0].GetProperty("imageAuroc").GetDouble());
        string[] table = File.ReadAllLines(parts.File("out/table.md"));
        Assert.StartsWith("| Data | Mode | Backbone | Method |", table[0]);
        Assert.HasCount(2 + 2, table);
        string page = File.ReadAllText(parts.File("out/report.html"));
        Assert.Contains("Pixel AUROC", page);
        Assert.Contains("scratch", page);
    }

    [TestMethod]
    public void A_data_set_without_test_images_names_the_category()
    {
        using var parts = new SmallParts();
        var error = Assert.ThrowsExactly<DxmiException>(() => InspectionBenchmark.Run(Options(parts) with { Data = [parts.File("parts/train")] }));
        StringAssert.Contains(error.What, "30 good images to train on and 0 to test on");
    }

    [TestMethod]
    public void Unknown_methods_and_backbones_are_named_with_those_there_are()
    {
        using var parts = new SmallParts();
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => InspectionBenchmark.Run(Options(parts, "magic")));
        StringAssert.Contains(error.Message, "dxmi, anchor, patchcore, patchcore+, padim, padim+, noise, pca");
        StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => BenchmarkBackbone.Find("magic")).What, "no backbone 'magic'");
    }

    private static InspectionBenchmarkOptions Options(SmallParts parts, params string[] methods) => new()
    {
        Data = [parts.Data],
        Backbones = [BenchmarkBackbone.Find(parts.BackbonePath)],
        Methods = methods.Length > 0 ? methods : InspectionBenchmark.Methods,
        OutputFolder = parts.File("out"),
        Alpha = 0.1,
        Effort = 0.005,
    };

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private sealed class Reporter(Action<InspectionProgress> report) : IProgress<InspectionProgress>
    {
        public void Report(InspectionProgress value) => report(value);
    }
}
