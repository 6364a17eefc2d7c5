using DxmiMlNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Tests;

/// <summary>Masks from photographs to results.</summary>
[TestClass]
public class IgnoredRegionsTests
{
    private static SmallParts s_parts = null!;
    private static InspectionModel s_model = null!;

    [ClassInitialize]
    public static void Train(TestContext _)
    {
        s_parts = new SmallParts();
        // The left half of every photograph is not inspected.
        string mask = Mask("left.png", (_, x) => x < SmallParts.Side / 2);
        s_model = InspectionTraining.Train(s_parts.Good, SmallTraining.Options(s_parts) with { IgnoreMaskPath = mask }).Model;
        File.Delete(mask);   // it is in the model
    }

    [ClassCleanup]
    public static void Clean()
    {
        s_model.Dispose();
        s_parts.Dispose();
    }

    [TestMethod]
    public void Regions_and_colours_stay_out_of_an_ignored_region()
    {
        string path = Photo("both.png", at => at.Y is > 8 and < 20 ? (byte)((at.Y + at.X) % 2 * 255) : null);
        using var result = s_model.Inspect([Item(path)], new InspectionSettings { Overlays = true, Maps = true }).Single();

        Assert.IsNull(result.Error);
        Assert.IsNotEmpty(result.Regions);
        foreach (var region in result.Regions)
            Assert.IsGreaterThanOrEqualTo(SmallParts.Side / 2, region.X);
        Assert.AreEqual(result.Map!.Ignored!.Length / 2, result.Map.Ignored.Count(i => i));
        for (int x = 0; x < SmallParts.Side / 2 - 3; x++)   // less the outline's width
        {
            var pixel = result.Overlay!.Pixels.Slice((14 * SmallParts.Side + x) * 4, 3);
            Assert.IsTrue(pixel[0] == pixel[1] && pixel[1] == pixel[2], $"pixel {x} is grey");
        }
    }

    [TestMethod]
    public void A_saved_model_needs_no_mask()
    {
        s_model.Save(s_parts.File("masked.zip"));
        using var loaded = InspectionModel.Load(s_parts.File("masked.zip"));
        CollectionAssert.AreEqual(s_model.Inspect(s_parts.Test).Select(r => r.Score).ToArray(), loaded.Inspect(s_parts.Test).Select(r => r.Score).ToArray());
        Assert.IsNotNull(loaded.Masks);
        CollectionAssert.AreEqual(s_model.Masks!.Ignored.ToArray(), loaded.Masks.Ignored.ToArray());
    }

    [TestMethod]
    public void An_image_may_have_a_mask_of_its_own_and_one_that_is_ignored_altogether_fails_alone()
    {
        string right = Mask("right.png", (_, x) => x >= SmallParts.Side / 2), corner = Mask("corner.png", (y, x) => x >= 16 && y < 16);
        InspectionItem[] items = [s_parts.Test[0], s_parts.Test[0] with { IgnoreMaskPath = corner }, s_parts.Test[1] with { IgnoreMaskPath = right },
            s_parts.Test[2] with { IgnoreMaskPath = s_parts.File("absent.png") }, s_parts.Test[2]];
        var results = s_model.Inspect(items, new InspectionSettings { Maps = true }).ToArray();

        CollectionAssert.AreEqual(new[] { true, true, false, false, true }, results.Select(r => r.Error is null).ToArray());
        Assert.AreEqual(results[0].Map!.Ignored!.Count(i => i) * 3 / 2, results[1].Map!.Ignored!.Count(i => i));
        Assert.Contains("leaves no patch to inspect", results[2].Error!.What);
        Assert.Contains(items[2].ImagePath, results[2].Error!.What);
    }

    [TestMethod]
    public void A_model_without_masks_refuses_those_of_images()
    {
        using var model = SmallTraining.Train(s_parts).Model;
        var result = model.Inspect([s_parts.Test[0] with { IgnoreMaskPath = Mask("m.png", (_, x) => x < 8) }]).Single();
        Assert.Contains("trained without masks", result.Error!.What);
        Assert.IsNull(model.Masks);
    }

    [TestMethod]
    public void Training_reports_images_of_which_a_mask_leaves_nothing()
    {
        var items = s_parts.Good;
        items[3] = items[3] with { IgnoreMaskPath = Mask("all.png", (_, _) => true) };
        items[5] = items[5] with { IgnoreMaskPath = Mask("some.png", (y, _) => y < 16) };
        var result = InspectionTraining.Train(items, SmallTraining.Options(s_parts));
        using var model = result.Model;
        Assert.AreEqual(items[3].ImagePath, result.Failed.Single().Path);
        Assert.AreEqual(SmallParts.TrainGood - 1, result.Images);
        Assert.IsNotNull(model.Masks);
    }

    [TestMethod]
    public void Pixel_metrics_leave_ignored_pixels_out()
    {
        // A mask that marks as defective what is ignored besides: as if it were not there.
        var item = s_parts.Test.First(i => i.IsAnomalous);
        var good = s_parts.Test.First(i => !i.IsAnomalous);
        string inside = Mask("inside.png", (y, x) => x >= 16 && y > 20), more = Mask("more.png", (y, x) => (x >= 16 && y > 20) || x < 16);
        var expected = InspectionEvaluation.Run(s_model, [good, item with { MaskPath = inside }]).Metrics;
        var actual = InspectionEvaluation.Run(s_model, [good, item with { MaskPath = more }]).Metrics;
        Assert.AreEqual(expected.PixelAuroc!.Value, actual.PixelAuroc!.Value, 1e-12);
        Assert.AreEqual(expected.Aupro!.Value, actual.Aupro!.Value, 1e-12);
    }

    [TestMethod]
    public void An_evaluation_equals_the_catalogs_over_the_same_model()
    {
        var ml = new MLContext();
        InspectionItem[] items = [.. s_parts.Test.Select((item, i) => item with { IgnoreMaskPath = i % 2 == 0 ? "" : Mask("lower.png", (y, _) => y >= 16) })];
        var expected = ml.AnomalyDetection.EvaluateInspection(s_model.Transformer.Transform(ml.Data.LoadInspectionImages(items)));
        var actual = InspectionEvaluation.Run(s_model, items).Metrics;
        Assert.AreEqual(expected.ImageAuroc!.Value, actual.ImageAuroc!.Value, 1e-9);
        Assert.AreEqual(expected.PixelAuroc!.Value, actual.PixelAuroc!.Value, 1e-4);
        Assert.AreEqual(expected.Aupro!.Value, actual.Aupro!.Value, 1e-4);
    }

    [TestMethod]
    public void A_prediction_engine_takes_the_models_own_mask_without_a_path()
    {
        var ml = new MLContext();
        using var engine = ml.Model.CreatePredictionEngine<Photograph, Inspection>(s_model.Transformer);
        using var image = ImageFile.Load(s_parts.Test[0].ImagePath);
        var predicted = engine.Predict(new Photograph { Image = image });
        float score = s_model.Inspect([s_parts.Test[0]]).Single().Score;
        Assert.AreEqual(score, predicted.Score, 1e-5f * Math.Abs(score));
        Assert.HasCount(s_model.Masks!.Ignored.Count, predicted.PValueMap);
        for (int p = 0; p < predicted.PValueMap.Length; p++)
            Assert.IsTrue(s_model.Masks.Ignored[p] ? predicted.PValueMap[p] == 1 : predicted.PValueMap[p] is > 0 and <= 1);
    }

    private sealed class Photograph
    {
        [ImageType(1, 1)] public MLImage Image = null!;
    }

    private sealed class Inspection
    {
        public float Score = 0;
        public float[] PValueMap = [];
    }

    private static InspectionItem Item(string path) => new(path, false, "parts", InspectionItem.Good);

    private static string Mask(string name, Func<int, int, bool> isWhite) => s_parts.Save(name, SmallParts.Paint((y, x) => isWhite(y, x) ? (byte)255 : (byte)0));

    // A photograph of a good part with some pixels replaced.
    private static string Photo(string name, Func<(int Y, int X), byte?> replace)
    {
        using var part = SmallParts.Part(777);
        var pixels = part.Pixels.ToArray();
        return s_parts.Save(name, SmallParts.Paint((y, x) => replace((y, x)) ?? pixels[(y * SmallParts.Side + x) * 4]));
    }
}
