using DxmiMlNet.Evaluation;

namespace DxmiMlNet.Tests.Evaluation;

[TestClass]
public class InspectionEvaluatorTests
{
    [TestMethod]
    public void Image_metrics_are_computed_over_all_images_and_by_defect_against_all_good_ones()
    {
        var metrics = Evaluate(1, 1,
            Good(1, rejected: false), Good(2, rejected: true),
            Bad("scratch", 3, rejected: true), Bad("scratch", 4, rejected: true),
            Bad("blowhole", 1.5f, rejected: false), Bad("blowhole", 5, rejected: true));

        Assert.AreEqual(6, metrics.Images);
        Assert.AreEqual(7 / 8.0, metrics.ImageAuroc);
        Assert.AreEqual((1 + 1 + 1 + 4 / 5.0) / 4, metrics.AveragePrecision!.Value, 1e-12);
        Assert.AreEqual(8 / 9.0, metrics.F1Best!.Value, 1e-12);
        Assert.AreEqual(1.5, metrics.F1BestThreshold);
        Assert.AreEqual(6 / 8.0, metrics.F1AtThreshold);
        Assert.AreEqual(0.5, metrics.FalseRejectRate);

        CollectionAssert.AreEqual(new[] { "blowhole", "scratch" }, metrics.ByDefect.Keys.ToArray());
        Assert.AreEqual((2, 1.0, 1.0), (metrics.ByDefect["scratch"].Images, metrics.ByDefect["scratch"].ImageAuroc, metrics.ByDefect["scratch"].AveragePrecision));
        Assert.AreEqual((2, 0.75, (1 + 2 / 3.0) / 2), (metrics.ByDefect["blowhole"].Images, metrics.ByDefect["blowhole"].ImageAuroc, metrics.ByDefect["blowhole"].AveragePrecision));
    }

    [TestMethod]
    public void Pixel_metrics_are_those_of_all_maps_together_and_by_defect_with_all_good_maps()
    {
        var random = new Random(2);
        EvaluatedImage[] images =
        [
            .. Enumerable.Range(0, 4).Select(i => Good(0, RandomMap())),
            .. Enumerable.Range(0, 6).Select(i => Bad(i % 2 == 0 ? "crack" : "fray", 1, RandomMap(), RandomMask())),
        ];
        var metrics = Evaluate(6, 7, images);

        Assert.AreEqual(Auroc(images), metrics.PixelAuroc);
        Assert.AreEqual(Aupro(images), metrics.Aupro!.Value, 1e-12);
        var withCracks = images.Where(image => !image.IsAnomalous || image.DefectType == "crack").ToArray();
        Assert.AreEqual(Auroc(withCracks), metrics.ByDefect["crack"].PixelAuroc);
        Assert.AreEqual(Aupro(withCracks), metrics.ByDefect["crack"].Aupro!.Value, 1e-12);

        float[] RandomMap() => [.. Enumerable.Range(0, 42).Select(_ => (float)random.Next(10))];
        bool[] RandomMask() => [.. Enumerable.Range(0, 42).Select(_ => random.Next(4) == 0)];
        static double Auroc(EvaluatedImage[] all) => PixelMetrics.AreaUnderRoc([.. all.Select(i => i.Map!)], [.. all.Select(i => i.Mask)], 6, 7);
        static double Aupro(EvaluatedImage[] all) => PixelMetrics.Aupro([.. all.Select(i => i.Map!)], [.. all.Select(i => i.Mask)], 6, 7);
    }

    [TestMethod]
    public void An_anomalous_image_without_mask_counts_in_the_image_metrics_only()
    {
        var with = Evaluate(1, 2, Good(1, [0, 1]), Bad("dent", 2, [2, 0], [true, false]));
        var more = Evaluate(1, 2, Good(1, [0, 1]), Bad("dent", 2, [2, 0], [true, false]), Bad("dent", 3, [7, 7]));
        Assert.AreEqual(with.PixelAuroc, more.PixelAuroc);
        Assert.AreEqual(3, more.Images);
    }

    [TestMethod]
    public void A_mask_of_a_good_image_is_not_used()
        => Assert.AreEqual(1.0, Evaluate(1, 2, Good(1, [0, 1]) with { Mask = [true, true] }, Bad("dent", 2, [2, 0], [true, false])).PixelAuroc);

    [TestMethod]
    public void What_is_not_known_or_undefined_is_null()
    {
        var good = Evaluate(1, 1, Good(1), Good(2));
        Assert.AreEqual((null, null, null), (good.ImageAuroc, good.AveragePrecision, good.F1Best));
        Assert.AreEqual((null, null, null, null), (good.PixelAuroc, good.Aupro, good.F1AtThreshold, good.FalseRejectRate));
        Assert.IsEmpty(good.ByDefect);

        var bad = Evaluate(1, 1, Bad("dent", 1, rejected: true));
        Assert.IsNull(bad.ByDefect["dent"].ImageAuroc);
        Assert.AreEqual(1.0, bad.F1AtThreshold);
        Assert.IsNull(bad.FalseRejectRate);
        Assert.AreEqual(0, Evaluate(1, 1).Images);
    }

    [TestMethod]
    public void Images_may_be_added_after_metrics_were_computed()
    {
        EvaluatedImage[] images = [Good(1, [3, 1]), Bad("dent", 2, [2, 0], [true, false]), Good(1, [0, 5]), Bad("dent", 2, [1, 4], [false, true])];
        var evaluator = new InspectionEvaluator(1, 2);
        foreach (var image in images)
        {
            evaluator.Add(image);
            evaluator.Compute();
        }
        var (twoSteps, oneStep) = (evaluator.Compute(), Evaluate(1, 2, images));
        Assert.AreEqual((oneStep.PixelAuroc, oneStep.Aupro), (twoSteps.PixelAuroc, twoSteps.Aupro));
    }

    [TestMethod]
    public void An_images_arrays_may_be_used_again()
    {
        float[] map = [0, 1];
        var evaluator = new InspectionEvaluator(1, 2);
        evaluator.Add(Good(1, map));
        (map[0], map[1]) = (2, 0);
        evaluator.Add(Bad("dent", 2, map, [true, false]));
        Array.Clear(map);
        Assert.AreEqual(1.0, evaluator.Compute().PixelAuroc);
    }

    [TestMethod]
    public void A_table_has_a_row_for_all_and_one_a_defect()
    {
        var table = Evaluate(1, 1, Good(1, rejected: false), Bad("scratch", 3, rejected: true), Bad("blowhole", 0.5f, rejected: false)).ToDataFrame();
        CollectionAssert.AreEqual(new[] { "DefectType", "Images", "ImageAuroc", "AveragePrecision", "PixelAuroc", "Aupro", "F1Best", "F1BestThreshold", "F1AtThreshold", "FalseRejectRate" },
            table.Columns.Select(c => c.Name).ToArray());
        CollectionAssert.AreEqual(new object[] { "(all)", "blowhole", "scratch" }, table["DefectType"].Cast<object>().ToArray());
        CollectionAssert.AreEqual(new object[] { 3, 1, 1 }, table["Images"].Cast<object>().ToArray());
        CollectionAssert.AreEqual(new object[] { 0.5, 0.0, 1.0 }, table["ImageAuroc"].Cast<object>().ToArray());
        CollectionAssert.AreEqual(new object?[] { null, null, null }, table["Aupro"].Cast<object?>().ToArray());
        CollectionAssert.AreEqual(new object?[] { 0.0, null, null }, table["FalseRejectRate"].Cast<object?>().ToArray());
    }

    [TestMethod]
    public void A_score_that_is_not_finite_is_an_error_that_names_the_image()
        => AssertError("Image 'good.png' has score NaN.", Good(float.NaN));

    [TestMethod]
    public void A_map_value_that_is_not_finite_is_an_error_that_says_where()
        => AssertError("The map of image 'dent.png' has NaN at row 1, column 0.", Bad("dent", 1, [0, 0, float.NaN, 0], new bool[4]));

    [TestMethod]
    public void A_map_of_another_size_is_an_error_that_names_both_sizes()
        => AssertError("The map of image 'good.png' has 3 pixels. 2 x 2 was expected.", Good(1, [0, 0, 0]));

    [TestMethod]
    public void A_mask_of_another_size_is_an_error_that_names_both_sizes()
        => AssertError("The mask of image 'dent.png' has 5 pixels. 2 x 2 was expected.", Bad("dent", 1, new float[4], new bool[5]));

    [TestMethod]
    public void A_resolution_of_nothing_is_refused()
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new InspectionEvaluator(224, 0));

    private static void AssertError(string message, EvaluatedImage image)
    {
        var evaluator = new InspectionEvaluator(2, 2);
        StringAssert.StartsWith(Assert.ThrowsExactly<DxmiException>(() => evaluator.Add(image)).Message, message);
        Assert.AreEqual(0, evaluator.Compute().Images);
    }

    private static InspectionMetrics Evaluate(int height, int width, params EvaluatedImage[] images)
    {
        var evaluator = new InspectionEvaluator(height, width);
        foreach (var image in images)
            evaluator.Add(image);
        return evaluator.Compute();
    }

    private static EvaluatedImage Good(float score, float[]? map = null, bool? rejected = null) => new("good.png", "good", false, score, rejected, map);

    private static EvaluatedImage Bad(string defect, float score, float[]? map = null, bool[]? mask = null, bool? rejected = null)
        => new($"{defect}.png", defect, true, score, rejected, map, mask);
}
