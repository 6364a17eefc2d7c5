using DxmiMlNet.Evaluation;
using DxmiMlNet.Images;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Evaluation;

[TestClass]
public class EvaluateInspectionTests
{
    private readonly MLContext _ml = new(seed: 1);
    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("dxmi").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void Maps_are_resized_bilinearly_and_masks_to_the_nearest_pixel()
    {
        // A map of 2 x 2 with its right half high becomes columns 0, 1/4, 3/4, 1 at 4 x 4; the mask marks the rightmost of 8 columns twice over.
        string mask = SaveMask("mask.png", 8, 8, (_, x) => x >= 6);
        var metrics = _ml.AnomalyDetection.EvaluateInspection(View(
            new Row { Score = 0, Map = [0, 0, 0, 0], DefectType = "good" },
            new Row { Score = 1, Label = 1, Map = [0, 1, 0, 1], MaskPath = mask, DefectType = "crack", PredictedLabel = true }), resolution: 4);

        Assert.AreEqual(1.0, metrics.PixelAuroc);
        Assert.AreEqual(1.0, metrics.Aupro!.Value, 1e-12);
        Assert.AreEqual(1.0, metrics.ImageAuroc);
        Assert.AreEqual(1.0, metrics.F1AtThreshold);
        Assert.AreEqual(0.0, metrics.FalseRejectRate);
        Assert.AreEqual(1.0, metrics.ByDefect["crack"].PixelAuroc);
    }

    [TestMethod]
    public void Gives_what_the_evaluator_gives_image_by_image()
    {
        var random = new Random(4);
        var rows = Enumerable.Range(0, 12).Select(i => new Row
        {
            Score = random.NextSingle(),
            Label = i % 2,
            DefectType = i % 2 == 0 ? "good" : i < 6 ? "crack" : "fray",
            Map = [.. Enumerable.Range(0, 4).Select(_ => random.NextSingle())],
            MaskPath = i % 2 == 1 && i > 1 ? SaveMask($"{i}.png", 6, 6, (_, _) => random.Next(3) == 0) : "",
        }).ToArray();
        var evaluator = new InspectionEvaluator(5, 5);
        foreach (var row in rows)
        {
            var map = new float[25];
            MapResizer.Resize(row.Map, 2, 2, map, 5, 5);
            evaluator.Add(new EvaluatedImage("", row.DefectType, row.Label > 0, row.Score, row.PredictedLabel, map, row.MaskPath == "" ? null : MaskFile.Load(row.MaskPath, 5, 5)));
        }
        var expected = evaluator.Compute();
        var actual = _ml.AnomalyDetection.EvaluateInspection(View(rows), resolution: 5);
        Assert.AreEqual(expected with { ByDefect = actual.ByDefect }, actual);
        CollectionAssert.AreEqual(expected.ByDefect.ToArray(), actual.ByDefect.ToArray());
    }

    [TestMethod]
    public void A_score_and_a_label_are_enough()
    {
        var scored = _ml.Data.LoadFromEnumerable([new { Score = 1f, Label = false }, new { Score = 2f, Label = true }]);
        var metrics = _ml.AnomalyDetection.EvaluateInspection(scored);
        Assert.AreEqual(1.0, metrics.ImageAuroc);
        Assert.AreEqual((null, null, null), (metrics.PixelAuroc, metrics.F1AtThreshold, metrics.FalseRejectRate));
        CollectionAssert.AreEqual(new[] { "anomaly" }, metrics.ByDefect.Keys.ToArray());
    }

    [TestMethod]
    public void A_calibrated_model_keeps_its_promise_in_the_metrics()
    {
        var good = _ml.Data.LoadFromEnumerable(Enumerable.Range(1, 99).Select(i => new { Score = (float)i, Label = 0f }));
        var metrics = _ml.AnomalyDetection.EvaluateInspection(_ml.Transforms.CalibrateAnomalyScore(alpha: 0.05).Fit(good).Transform(good));
        Assert.AreEqual(4 / 99.0, metrics.FalseRejectRate);
    }

    [TestMethod]
    public void The_data_are_read_once()
    {
        int read = 0;
        var view = _ml.Transforms.CustomMapping<Row, Row>((from, to) =>
        {
            read++;
            (to.Score, to.Map) = (from.Score, from.Map);
        }, null).Fit(View(new Row())).Transform(View(new Row(), new Row { Label = 1 }));
        _ml.AnomalyDetection.EvaluateInspection(view, resolution: 2);
        Assert.AreEqual(2, read);
    }

    [TestMethod]
    public void An_optional_column_of_another_name_must_be_there()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.AnomalyDetection.EvaluateInspection(View(new Row()), mapColumnName: "Map2"));
        StringAssert.Contains(error.Message, "Column 'Map2' is missing.");
    }

    [TestMethod]
    public void An_optional_column_can_be_left_out()
    {
        string mask = SaveMask("mask.png", 2, 2, (_, x) => x == 0);
        var view = View(new Row(), new Row { Label = 1, Score = 1, MaskPath = mask });
        Assert.IsNotNull(_ml.AnomalyDetection.EvaluateInspection(view, resolution: 2).PixelAuroc);
        Assert.IsNull(_ml.AnomalyDetection.EvaluateInspection(view, mapColumnName: null).PixelAuroc);
    }

    [TestMethod]
    public void A_map_that_is_not_a_grid_is_named_with_its_type()
    {
        var view = _ml.Data.LoadFromEnumerable([new { Score = 1f, Label = 1f, AnomalyMap = new float[4], MaskPath = "" }]);
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.AnomalyDetection.EvaluateInspection(view));
        StringAssert.Contains(error.Message, "Column 'AnomalyMap' is Vector<Single>. Expected a map");
    }

    [TestMethod]
    public void A_mask_of_another_size_than_its_image_is_an_error()
    {
        string mask = SaveMask("mask.png", 4, 4, (_, _) => true), image = SaveMask("image.png", 4, 6, (_, _) => true);
        var error = Assert.ThrowsExactly<DxmiException>(() => _ml.AnomalyDetection.EvaluateInspection(View(new Row { Label = 1, MaskPath = mask, ImagePath = image })));
        StringAssert.Contains(error.Message, "mask.png");
    }

    [TestMethod]
    public void A_label_that_is_missing_is_an_error_that_names_the_row()
    {
        var error = Assert.ThrowsExactly<DxmiException>(() => _ml.AnomalyDetection.EvaluateInspection(View(new Row(), new Row { Label = float.NaN })));
        StringAssert.StartsWith(error.Message, "Row 1 (from 0) has no label: column 'Label' is NaN.");
    }

    private IDataView View(params Row[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private string SaveMask(string name, int height, int width, Func<int, int, bool> isDefect)
    {
        var pixels = new byte[height * width * 4];
        for (int i = 0; i < height * width; i++)
            pixels.AsSpan(i * 4, 4).Fill(isDefect(i / width, i % width) ? (byte)255 : (byte)0);
        for (int i = 3; i < pixels.Length; i += 4)
            pixels[i] = 255;
        string path = Path.Combine(_folder, name);
        using var image = MLImage.CreateFromPixels(width, height, MLPixelFormat.Bgra32, pixels);
        ImageFile.Save(image, path);
        return path;
    }

    private sealed class Row
    {
        public string ImagePath { get; set; } = "";
        public float Label { get; set; }
        public string DefectType { get; set; } = "";
        public string MaskPath { get; set; } = "";
        public float Score { get; set; }
        public bool PredictedLabel { get; set; }

        [ColumnName("AnomalyMap"), VectorType(2, 2)]
        public float[] Map { get; set; } = new float[4];
    }
}
