using DxmiMlNet.Explanation;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet.Tests.Explanation;

[TestClass]
public class ExplanationPipelineTests
{
    private sealed class Explained
    {
        public float[]? Regions = null;
        [ImageType(32, 32)] public MLImage Overlay = null!;
    }

    private static IEstimator<ITransformer> Pipeline(MLContext ml)
        => ml.Transforms.FindDefectRegions(minimumArea: 1).Append(ml.Transforms.DrawAnomalyMap(minimumArea: 1));

    [TestMethod]
    public void The_pixel_threshold_is_the_conformal_quantile_of_good_maxima()
    {
        var ml = new MLContext(1);
        // Maxima 2..40; k = ceil(40 * 0.95) = 38, the 38th smallest is 39.
        var regions = ml.Transforms.FindDefectRegions().Fit(MapRow.View(ml, MapRow.Good(39)));
        Assert.AreEqual(MathF.BitIncrement(39), regions.Threshold);   // the first value above
    }

    [TestMethod]
    public void The_colour_scale_puts_the_typical_good_maximum_at_one_third()
    {
        var ml = new MLContext(1);
        // The median of every map is 1, the median of the maxima 2..20 is 11: high = 1 + 32 * (11 - 1).
        var scale = ml.Transforms.DrawAnomalyMap().Fit(MapRow.View(ml, MapRow.Good(19))).Scale;
        Assert.AreEqual(new AnomalyScale(Low: 1, High: 321, Threshold: MathF.BitIncrement(20)), scale);
        Assert.AreEqual(1 / 6f, scale.Position(6), 1e-6f);            // linear below
        Assert.AreEqual(1 / 3f, scale.Position(11), 1e-6f);
        Assert.AreEqual(1 / 3f + 2 / 3f * 0.2f, scale.Position(21), 1e-6f);   // logarithmic above: 2 is a fifth of the way to 32
    }

    [TestMethod]
    public void Constant_maps_give_a_scale_on_which_any_deviation_is_a_full_one()
    {
        var ml = new MLContext(1);
        var scale = ml.Transforms.DrawAnomalyMap().Fit(MapRow.View(ml, Enumerable.Range(0, 19).Select(_ => MapRow.Of(1)))).Scale;
        Assert.AreEqual((0f, 1f), (scale.Position(1), scale.Position(1.1f)));
    }

    [TestMethod]
    public void Anomalous_rows_are_not_learned_from()
    {
        var ml = new MLContext(1);
        var rows = MapRow.Good(19).Concat([MapRow.Of(500, label: 1), MapRow.Of(900, label: 2)]).ToArray();
        Assert.AreEqual(MathF.BitIncrement(20), ml.Transforms.FindDefectRegions().Fit(MapRow.View(ml, rows)).Threshold);
        Assert.AreEqual(MathF.BitIncrement(900), ml.Transforms.FindDefectRegions(labelColumnName: null).Fit(MapRow.View(ml, rows)).Threshold);
    }

    [TestMethod]
    public void Too_few_good_images_are_refused_with_the_number_needed()
    {
        var ml = new MLContext(1);
        var few = MapRow.View(ml, MapRow.Good(18).Append(MapRow.Of(50, label: 1)));
        StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => ml.Transforms.FindDefectRegions().Fit(few)).Message, "There are 18 good images to calibrate on. alpha = 0.05 needs at least 19.");
        StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => ml.Transforms.DrawAnomalyMap().Fit(few)).Message, "needs at least 19");
        Assert.AreEqual(MathF.BitIncrement(19), ml.Transforms.FindDefectRegions(alpha: 0.1).Fit(few).Threshold);
    }

    [TestMethod]
    public void Good_parts_show_no_region_and_a_defect_is_found_where_it_is()
    {
        var ml = new MLContext(1);
        var model = Pipeline(ml).Fit(MapRow.View(ml, MapRow.Good(19)));
        var rows = model.Transform(MapRow.View(ml, [MapRow.Of(20), MapRow.Of(1000)]));
        var regions = rows.GetColumn<float[]>("Regions").Select(v => DefectRegion.FromVector(v)).ToArray();
        Assert.IsEmpty(regions[0]);
        // Cell 5 of the 4 x 4 map is row 1, column 1: pixels 8 to 16 of 32, spread by the upsampling on all sides alike.
        var found = regions[1].Single();
        Assert.AreEqual((12f, 12f), (found.CentroidX, found.CentroidY));
    }

    [TestMethod]
    public void A_saved_model_gives_equal_regions_and_overlays()
    {
        var ml = new MLContext(1);
        var data = MapRow.View(ml, MapRow.Good(19).Append(MapRow.Of(1000, label: 1)));
        var model = Pipeline(ml).Fit(data);
        using var file = new MemoryStream();
        ml.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var loaded = new MLContext(2).Model.Load(file, out _);

        var expected = model.Transform(data);
        var actual = loaded.Transform(data);
        CollectionAssert.AreEqual(expected.GetColumn<float[]>("Regions").SelectMany(r => r).ToArray(), actual.GetColumn<float[]>("Regions").SelectMany(r => r).ToArray());
        CollectionAssert.AreEqual(Pixels(expected), Pixels(actual));
        CollectionAssert.AreEqual(expected.Schema.Select(c => (c.Name, c.Type)).ToArray(), actual.Schema.Select(c => (c.Name, c.Type)).ToArray());
    }

    [TestMethod]
    public void A_prediction_engine_gives_what_the_view_gives()
    {
        var ml = new MLContext(1);
        var rows = MapRow.Good(19).Append(MapRow.Of(1000, label: 1)).ToArray();
        var model = Pipeline(ml).Fit(MapRow.View(ml, rows));
        using var engine = ml.Model.CreatePredictionEngine<MapRow, Explained>(model);
        var view = model.Transform(MapRow.View(ml, rows));
        var regions = view.GetColumn<float[]>("Regions").ToArray();
        var pixels = Pixels(view);
        for (int i = 0; i < rows.Length; i++)
        {
            var explained = engine.Predict(rows[i]);
            CollectionAssert.AreEqual(regions[i], explained.Regions ?? []);   // a prediction engine leaves an empty vector null
            CollectionAssert.AreEqual(pixels.Skip(i * 4096).Take(4096).ToArray(), explained.Overlay.Pixels.ToArray());
        }
    }

    [TestMethod]
    public void The_next_overlay_of_a_cursor_takes_the_place_of_the_last()
    {
        var ml = new MLContext(1);
        var view = Pipeline(ml).Fit(MapRow.View(ml, MapRow.Good(19))).Transform(MapRow.View(ml, [MapRow.Of(2), MapRow.Of(3)]));
        using var cursor = view.GetRowCursor([view.Schema["Overlay"]]);
        var getter = cursor.GetGetter<MLImage>(view.Schema["Overlay"]);
        MLImage overlay = null!;
        cursor.MoveNext();
        getter(ref overlay);
        var first = overlay;
        cursor.MoveNext();
        getter(ref overlay);
        Assert.AreNotSame(first, overlay);
        Assert.ThrowsExactly<InvalidOperationException>(() => _ = first.Width);   // disposed
        overlay.Dispose();
    }

    [TestMethod]
    public void The_promised_schema_is_kept()
    {
        var ml = new MLContext(1);
        var data = MapRow.View(ml, MapRow.Good(19));
        var promised = Pipeline(ml).GetOutputSchema(DxmiMlNet.Pipeline.SchemaShapes.Of(data.Schema)).ToDictionary(c => c.Name);
        var kept = Pipeline(ml).Fit(data).GetOutputSchema(data.Schema);
        Assert.AreEqual(SchemaShape.Column.VectorKind.VariableVector, promised["Regions"].Kind);
        Assert.IsFalse(((VectorDataViewType)kept["Regions"].Type).IsKnownSize);
        Assert.IsInstanceOfType<ImageDataViewType>(promised["Overlay"].ItemType);
        Assert.AreEqual(new ImageDataViewType(32, 32), kept["Overlay"].Type);
    }

    [TestMethod]
    public void Wrong_columns_are_named_before_any_data_is_read()
    {
        var ml = new MLContext(1);
        var data = MapRow.View(ml, MapRow.Good(1));
        var next = ml.Transforms.CopyColumns("Copy", "Label");
        AssertNames("Column 'Heat' is missing. Expected an anomaly map", () => ml.Transforms.FindDefectRegions(mapColumnName: "Heat").Append(next).Fit(data));
        AssertNames("Column 'Label' is Scalar of Single. Expected an anomaly map", () => ml.Transforms.FindDefectRegions(mapColumnName: "Label").Append(next).Fit(data));
        AssertNames("Column 'AnomalyMap' is Vector of Single. Expected an image", () => ml.Transforms.DrawAnomalyMap(imageColumnName: "AnomalyMap").Append(next).Fit(data));
        AssertNames("Column 'Truth' is missing", () => ml.Transforms.DrawAnomalyMap(labelColumnName: "Truth").Fit(data));
        AssertNames("Alpha is 1", () => ml.Transforms.FindDefectRegions(alpha: 1));
        AssertNames("The opacity is -1", () => ml.Transforms.DrawAnomalyMap(opacity: -1));
    }

    [TestMethod]
    public void Overlay_and_regions_of_a_row_are_made_from_one_search_and_each_works_alone()
    {
        var ml = new MLContext(1);
        var good = MapRow.View(ml, MapRow.Good(19));
        var view = Pipeline(ml).Fit(good).Transform(MapRow.View(ml, [MapRow.Of(500)]));
        using (var cursor = view.GetRowCursor(view.Schema))
        {
            Assert.IsTrue(cursor.MoveNext());
            VBuffer<float> regions = default;
            cursor.GetGetter<VBuffer<float>>(view.Schema["Regions"])(ref regions);
            var first = LastSearch.Last;
            MLImage overlay = null!;
            cursor.GetGetter<MLImage>(view.Schema["Overlay"])(ref overlay);
            Assert.HasCount(1, DefectRegion.FromVector([.. regions.DenseValues()]));
            Assert.AreSame(first, LastSearch.Last);
            overlay.Dispose();
        }
        var row = MapRow.View(ml, [MapRow.Of(501)]);
        CollectionAssert.AreEqual(Pixels(Pipeline(ml).Fit(good).Transform(row)), Pixels(ml.Transforms.DrawAnomalyMap(minimumArea: 1).Fit(good).Transform(row)));
        Assert.HasCount(1, DefectRegion.FromVector(ml.Transforms.FindDefectRegions(minimumArea: 1).Fit(good).Transform(row).GetColumn<float[]>("Regions").Single()));
    }

    [TestMethod]
    public void A_map_with_NaN_is_an_error_that_names_column_and_row()
    {
        var ml = new MLContext(1);
        var rows = MapRow.Good(19).ToArray();
        var model = ml.Transforms.FindDefectRegions().Fit(MapRow.View(ml, rows));
        rows[3].AnomalyMap[7] = float.NaN;
        StringAssert.Contains(Assert.ThrowsExactly<DxmiException>(() => ml.Transforms.FindDefectRegions().Fit(MapRow.View(ml, rows))).Message, "'AnomalyMap' of row 3 holds NaN");
        Assert.Throws<Exception>(() => model.Transform(MapRow.View(ml, rows)).GetColumn<float[]>("Regions").ToArray());
    }

    private static byte[] Pixels(IDataView view)
    {
        var bytes = new List<byte>();
        var column = view.Schema["Overlay"];
        using var cursor = view.GetRowCursor([column]);
        var getter = cursor.GetGetter<MLImage>(column);
        MLImage overlay = null!;
        while (cursor.MoveNext())
        {
            getter(ref overlay);
            bytes.AddRange(overlay.Pixels);
        }
        overlay.Dispose();
        return [.. bytes];
    }

    private static void AssertNames(string start, Action action)
        => StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(action).Message, start);
}
