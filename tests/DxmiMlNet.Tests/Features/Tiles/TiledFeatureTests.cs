using System.IO.Compression;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Backbones;
using DxmiMlNet.Features.Tiles;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Tests.Features.Tiles;

[TestClass]
public class TiledFeatureTests
{
    // With the tiny backbone (patches of 4 pixels, tiles from 8 to 8 pixels) no patch sees further than 12 pixels.
    private const int Covering = 24;

    private readonly MLContext _mlContext = new(seed: 1);
    private readonly TestFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(512, 256, 64, 16, 8)]
    [DataRow(640, 256, 64, 16, 8)]     // 64 shared exactly
    [DataRow(656, 256, 64, 16, 8)]     // does not divide
    [DataRow(1024, 256, 0, 16, 8)]
    [DataRow(272, 256, 240, 16, 8)]
    [DataRow(240, 96, 30, 48, 12)]     // shares a whole unit
    [DataRow(128, 256, 64, 16, 8)]     // shorter than a tile
    public void Tiles_cover_each_patch_once_and_share_the_overlap_at_least(int side, int tile, int overlap, int unit, int patch)
    {
        var axis = new TileAxis(side, tile, overlap, unit, patch);
        Assert.AreEqual(0, axis.Start(0));
        Assert.AreEqual(side, axis.Start(axis.Count - 1) + axis.Tile);
        int next = 0;
        for (int i = 0; i < axis.Count; i++)
        {
            Assert.AreEqual(0, axis.Start(i) % unit);
            if (i > 0)
                Assert.IsGreaterThanOrEqualTo(overlap, axis.Start(i - 1) + axis.Tile - axis.Start(i));
            var (from, to) = axis.Given(i);
            Assert.AreEqual(next, from);
            Assert.IsTrue(from >= axis.FirstPatch(i) && to <= axis.FirstPatch(i) + axis.Tile / patch, "a tile gives what it has");
            next = to;
        }
        Assert.AreEqual(side / patch, next);
    }

    [TestMethod]
    [DataRow(72, 72, 48)]     // 2 x 2 tiles, 24 pixels shared
    [DataRow(104, 56, 48)]    // does not divide
    [DataRow(40, 128, 48)]    // lower than a tile
    [DataRow(136, 136, 32)]
    public void Tiles_that_share_what_a_patch_sees_give_the_features_of_the_whole_image(int height, int width, int tile)
    {
        using var image = TinyBackbone.Noise(3, 90, 77);
        var whole = Fit(new() { ImageHeight = height, ImageWidth = width }).Extract([image]);
        foreach (int batchSize in new[] { 1, 3, 50 })
        {
            var tiled = Fit(new() { ImageHeight = height, ImageWidth = width, TileSize = tile, TileOverlap = Covering, BatchSize = batchSize });
            Assert.AreEqual((height / 4, width / 4, 9), tiled.Grid);
            Assert.AreEqual((tile, Covering), (tiled.TileSize, tiled.TileOverlap));
            AssertNear(whole, tiled.Extract([image]), 1e-5f);
        }
    }

    [TestMethod]
    public void Tiles_that_share_less_give_other_features_at_their_borders_only()
    {
        using var image = TinyBackbone.Noise(3, 96, 96);
        var whole = Fit(new() { ImageHeight = 96, ImageWidth = 96 }).Extract([image]);
        var tiled = Fit(new() { ImageHeight = 96, ImageWidth = 96, TileSize = 48, TileOverlap = 0 }).Extract([image]);
        float[] byColumn = [.. Enumerable.Range(0, 24).Select(x => Enumerable.Range(0, 24 * 24 * 9)
            .Where(i => i / 9 % 24 == x && i / 9 / 24 < 8).Max(i => Math.Abs(whole[i] - tiled[i])))];
        Assert.IsGreaterThan(0.01f, byColumn[11]);
        Assert.IsGreaterThan(0.01f, byColumn[12]);
        foreach (int x in (int[])[.. Enumerable.Range(0, 9), .. Enumerable.Range(15, 9)])
            Assert.IsLessThan(1e-5f, byColumn[x], $"column {x}");
    }

    [TestMethod]
    public void A_grid_stride_of_its_own_is_stitched_too()
    {
        using var image = TinyBackbone.Noise(5, 144, 144);
        var description = TinyBackbone.Description with { GridStride = 12 };   // with strides of 4 and 8: tiles from 24 to 24 pixels
        var whole = Fit(new() { ImageHeight = 144, ImageWidth = 144 }, description).Extract([image]);
        var tiled = Fit(new() { ImageHeight = 144, ImageWidth = 144, TileSize = 72, TileOverlap = 48 }, description);
        Assert.AreEqual((12, 12, 9), tiled.Grid);
        AssertNear(whole, tiled.Extract([image]), 1e-5f);
    }

    [TestMethod]
    public void Every_route_gives_equal_features()
    {
        var transformer = Fit(Tiles());
        var data = Images(5);
        var column = transformer.Transform(data).GetColumn<float[]>("Features").ToArray();
        using var engine = _mlContext.Model.CreatePredictionEngine<ImageRow, FeatureRow>(transformer);
        for (int i = 0; i < 5; i++)
        {
            CollectionAssert.AreEqual(column[i], transformer.Extract([Noise(i)]));
            CollectionAssert.AreEqual(column[i], engine.Predict(new ImageRow { Image = Noise(i) }).Features);
        }
        CollectionAssert.AreEqual(column.SelectMany(f => f).ToArray(), transformer.Extract([.. Enumerable.Range(0, 5).Select(Noise)]));
    }

    [TestMethod]
    public void Tiles_keep_the_contract_of_estimators()
    {
        var options = Tiles();
        options.Backbone = BackboneDescription.Load(TinyBackbone.Write(_folder.Path));
        EstimatorContract.Check(_mlContext, _mlContext.Transforms.ExtractPatchFeatures(options), Images(4),
            _mlContext.Data.LoadFromEnumerable([new FeatureRow()]));
    }

    [TestMethod]
    public void A_bad_row_is_reported_and_the_rest_goes_on()
    {
        ImageRow[] rows = [new() { Image = Noise(0) }, new(), new() { Image = Noise(2) }];
        var view = Fit(Tiles()).Transform(_mlContext.Data.LoadFromEnumerable(rows));
        using var cursor = view.GetRowCursor(view.Schema);
        var getter = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        VBuffer<float> features = default;
        cursor.MoveNext();
        getter(ref features);
        cursor.MoveNext();
        StringAssert.Contains(Assert.Throws<Exception>(() => getter(ref features)).Message, "A row has no image.");
        cursor.MoveNext();
        getter(ref features);
        Assert.AreEqual(18 * 18 * 9, features.Length);
    }

    [TestMethod]
    public void A_model_keeps_its_tiles()
    {
        var data = Images(2);
        foreach (var transformer in new[] { Fit(Tiles()), Fit(new() { ImageHeight = 72, ImageWidth = 72 }) })
        {
            using var file = new MemoryStream();
            _mlContext.Model.Save(transformer, data.Schema, file);
            var loaded = (PatchFeatureTransformer)new MLContext().Model.Load(file, out _);
            Assert.AreEqual((transformer.TileSize, transformer.TileOverlap), (loaded.TileSize, loaded.TileOverlap));
            CollectionAssert.AreEqual(transformer.Extract([Noise(1)]), loaded.Extract([Noise(1)]));
        }
    }

    [TestMethod]
    public void A_backbone_exported_for_one_image_of_one_size_takes_larger_ones_in_tiles()
    {
        var transformer = Fit(new() { ImageHeight = 96, ImageWidth = 64, TileSize = 32, TileOverlap = 16 }, model: TinyBackbone.Model(null, 1, 3, 32, 32));
        Assert.AreEqual((24, 16, 9), transformer.Grid);
        Assert.HasCount(24 * 16 * 9, transformer.Extract([Noise(1)]));
    }

    [TestMethod]
    [DataRow(72, 36, 8, "The tile size 36 does not suit backbone 'tiny'.", "multiple of 8, of which the grid stride 4 and the strides 4, 8 are", "Take 40.")]
    [DataRow(72, 24, 8, "The tile size 24 does not suit", "32 or more", "Take 32.")]
    [DataRow(72, -1, 8, "The tile size -1 does not suit", "32 or more", "Take 32.")]
    [DataRow(72, 72, 8, "A tile of 72 pixels covers the whole image of 72 x 72.", "smaller than the image", "such as 144")]
    [DataRow(72, 32, 32, "The tile overlap 32 does not suit tiles of 32 pixels.", "0 to 24", "Take 16.")]
    [DataRow(72, 32, -1, "The tile overlap -1 does not suit tiles", "0 to 24", "Take 16.")]
    public void Sizes_that_do_not_fit_are_refused(int image, int tile, int overlap, params string[] parts)
        => AssertRefused(new() { ImageHeight = image, ImageWidth = image, TileSize = tile, TileOverlap = overlap }, TinyBackbone.Description, parts);

    [TestMethod]
    public void Tiles_whose_patches_would_lie_beside_those_of_the_image_are_refused_with_sizes_that_work()
    {
        var description = TinyBackbone.Description with { GridStride = 12 };
        AssertRefused(new() { ImageHeight = 144, ImageWidth = 144, TileSize = 64, TileOverlap = 24 }, description,
            "The tile size 64 does not suit", "48 or more and a multiple of 24, of which the grid stride 12 and the strides 4, 8 are divisors", "Take 72.");
        AssertRefused(new() { ImageHeight = 128, ImageWidth = 152, TileSize = 72, TileOverlap = 24 }, description,
            "An image of 128 x 152 pixels cannot be tiled for backbone 'tiny'", "multiples of 24", "Take 120 x 144, or no tiles.");
    }

    private void AssertRefused(PatchFeatureEstimator.Options options, BackboneDescription description, params string[] parts)
    {
        options.Backbone = description;
        var message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _mlContext.Transforms.ExtractPatchFeatures(options)).Message;
        foreach (string part in parts)
            StringAssert.Contains(message, part);
    }

    private static PatchFeatureEstimator.Options Tiles() => new() { ImageHeight = 72, ImageWidth = 72, TileSize = 32, TileOverlap = 16, BatchSize = 3 };

    private PatchFeatureTransformer Fit(PatchFeatureEstimator.Options options, BackboneDescription? description = null, byte[]? model = null)
    {
        options.Backbone = BackboneDescription.Load(TinyBackbone.Write(_folder.Path, description, model));
        return _mlContext.Transforms.ExtractPatchFeatures(options).Fit(Images(1));
    }

    private IDataView Images(int count)
        => _mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new NumberedImageRow { Image = Noise(i), Number = i }).ToArray());

    private static MLImage Noise(int i) => TinyBackbone.Noise(i, 60 + i, 95 - i);

    private static void AssertNear(float[] expected, float[] actual, float tolerance)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance, $"at {i}");
    }

    private sealed class ImageRow
    {
        [ImageType(40, 40)] public MLImage? Image;
    }

    private sealed class NumberedImageRow   // ML.NET saves no schema of images alone
    {
        [ImageType(40, 40)] public MLImage? Image;
        public float Number;
    }

    private sealed class FeatureRow
    {
        [VectorType(18, 18, 9)] public float[] Features = [];
    }
}
