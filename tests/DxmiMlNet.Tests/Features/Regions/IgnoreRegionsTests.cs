using DxmiMlNet.Features.Regions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Features.Regions;

[TestClass]
public class IgnoreRegionsTests
{
    private const int Height = 2, Width = 4;   // patches; the masks are 32 x 32 pixels: cells of 16 x 8

    private static readonly MLContext s_ml = new();
    private readonly SmallParts _files = new();

    private sealed class Row
    {
        [VectorType(Height, Width, 3)] public float[] Features { get; set; } = new float[Height * Width * 3];
        public string IgnoreMaskPath { get; set; } = "";
    }

    [TestCleanup]
    public void Clean() => _files.Dispose();

    [TestMethod]
    public void The_estimator_keeps_the_contract()
    {
        string mask = Mask("m.png", (_, x) => x < 8), other = Mask("o.png", (y, _) => y < 16);
        EstimatorContract.Check(s_ml, s_ml.Transforms.IgnoreRegions(maskPath: mask), View("", other, ""), s_ml.Data.LoadFromEnumerable(new[] { new { Features = "none", IgnoreMaskPath = 1f } }));
    }

    [TestMethod]
    public void A_patch_is_ignored_when_at_least_half_of_its_cell_is_masked()
    {
        // Columns 0 to 11: the first cell wholly, half of the second.
        Assert.AreEqual("1100 1100", Ignored(s_ml.Transforms.IgnoreRegions(maskPath: Mask("half.png", (_, x) => x < 12)), ""));
        Assert.AreEqual("1000 1000", Ignored(s_ml.Transforms.IgnoreRegions(maskPath: Mask("less.png", (_, x) => x < 11)), ""));
    }

    [TestMethod]
    public void Outside_of_a_region_of_interest_everything_is_ignored()
        => Assert.AreEqual("1001 1111", Ignored(s_ml.Transforms.IgnoreRegions(roiPath: Mask("roi.png", (y, x) => y < 14 && x is >= 8 and < 24)), ""));

    [TestMethod]
    public void The_models_masks_and_the_images_own_add_up()
    {
        var estimator = s_ml.Transforms.IgnoreRegions(maskPath: Mask("m.png", (_, x) => x < 8), roiPath: Mask("r.png", (_, x) => x < 24));
        Assert.AreEqual("1001 1001", Ignored(estimator, ""));
        Assert.AreEqual("1101 1001", Ignored(estimator, Mask("own.png", (y, x) => y < 16 && x is >= 8 and < 16)));
    }

    [TestMethod]
    public void A_mask_of_any_size_is_scaled_to_the_image()
    {
        string tiny = _files.Save("tiny.png", SmallParts.Paint((y, x) => (byte)(x == 0 ? 255 : 0), side: 2));
        Assert.AreEqual("1100 1100", Ignored(s_ml.Transforms.IgnoreRegions(maskPath: tiny), ""));
    }

    [TestMethod]
    public void Without_a_column_of_masks_only_the_models_own_count()
    {
        using var model = s_ml.Transforms.IgnoreRegions(maskPath: Mask("m.png", (_, x) => x < 8)).Fit(View(""));
        var plain = s_ml.Data.LoadFromEnumerable(new[] { new { Other = 1f } });
        Assert.AreEqual("1000 1000", Text(model.Transform(plain).GetColumn<bool[]>("Ignored").Single()));
    }

    [TestMethod]
    public void A_mask_that_leaves_nothing_is_an_error_that_names_it()
    {
        string all = Mask("all.png", (_, _) => true);
        var fit = Assert.ThrowsExactly<DxmiException>(() => s_ml.Transforms.IgnoreRegions(maskPath: all).Fit(View("")));
        Assert.AreEqual($"Mask '{all}' leaves no patch to inspect.", fit.What);

        using var model = s_ml.Transforms.IgnoreRegions().Fit(View(""));
        Assert.Contains(all, Assert.ThrowsExactly<DxmiException>(() => model.Transform(View(all)).GetColumn<bool[]>("Ignored").ToArray()).What);
    }

    [TestMethod]
    public void A_mask_that_is_missing_is_named()
        => Assert.Contains("absent.png", Assert.ThrowsExactly<DxmiException>(() => s_ml.Transforms.IgnoreRegions(maskPath: "absent.png").Fit(View(""))).What);

    private string Mask(string name, Func<int, int, bool> isWhite) => _files.Save(name, SmallParts.Paint((y, x) => isWhite(y, x) ? (byte)255 : (byte)0));

    private static IDataView View(params string[] masks) => s_ml.Data.LoadFromEnumerable(masks.Select(mask => new Row { IgnoreMaskPath = mask }).ToArray());

    private static string Ignored(IgnoreRegionsEstimator estimator, string mask)
    {
        using var model = estimator.Fit(View(""));
        return Text(model.Transform(View(mask)).GetColumn<bool[]>("Ignored").Single());
    }

    private static string Text(bool[] ignored) => string.Join(' ', ignored.Chunk(Width).Select(row => string.Concat(row.Select(i => i ? 1 : 0))));
}
