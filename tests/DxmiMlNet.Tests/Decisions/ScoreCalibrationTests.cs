using DxmiMlNet.Decisions;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Tests.Decisions;

[TestClass]
public class ScoreCalibrationTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Keeps_the_estimator_contract()
        => EstimatorContract.Check(_ml, _ml.Transforms.CalibrateAnomalyScore(alpha: 0.1, reviewAlpha: 0.2), Scores(1, 20),
            invalid: _ml.Data.LoadFromEnumerable([new { Score = "high" }]));

    [TestMethod]
    public void A_part_passes_goes_to_review_or_is_rejected_by_its_p_value()
    {
        var calibrated = _ml.Transforms.CalibrateAnomalyScore(alpha: 0.1, reviewAlpha: 0.2).Fit(Scores(1, 19));   // k = 2 and 4 of 20
        Assert.AreEqual(19, calibrated.CalibrationCount);
        Assert.AreEqual(MathF.BitIncrement(18), calibrated.RejectThreshold);
        Assert.AreEqual(MathF.BitIncrement(16), calibrated.ReviewThreshold);
        AssertDecision(calibrated, 5f, 0.8f, false, Verdicts.Pass);
        AssertDecision(calibrated, 16f, 0.25f, false, Verdicts.Pass);
        AssertDecision(calibrated, 16.5f, 0.2f, false, Verdicts.Review);
        AssertDecision(calibrated, 18f, 0.15f, false, Verdicts.Review);
        AssertDecision(calibrated, 18.5f, 0.1f, true, Verdicts.Reject);
        AssertDecision(calibrated, 100f, 0.05f, true, Verdicts.Reject);
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    [DataRow(float.NegativeInfinity)]
    public void A_part_that_cannot_be_judged_is_rejected(float score)
        => AssertDecision(_ml.Transforms.CalibrateAnomalyScore().Fit(Scores(1, 19)), score, 0, true, Verdicts.Reject);

    [TestMethod]
    public void Nothing_goes_to_review_when_both_rates_are_equal()
    {
        var calibrated = _ml.Transforms.CalibrateAnomalyScore(alpha: 0.1, reviewAlpha: 0.1).Fit(Scores(1, 19));
        CollectionAssert.DoesNotContain(Enumerable.Range(0, 40).Select(i => calibrated.Judge(i / 2f)).ToArray(), Verdicts.Review);
    }

    [TestMethod]
    public void Anomalous_rows_are_left_out_of_the_calibration()
    {
        var rows = Enumerable.Range(1, 19).Select(i => new Labelled { Score = i })
            .Append(new Labelled { Score = 1000, Label = 1 }).Append(new Labelled { Score = float.NaN, Label = 1 });
        var calibrated = _ml.Transforms.CalibrateAnomalyScore().Fit(_ml.Data.LoadFromEnumerable(rows));
        Assert.AreEqual(19, calibrated.CalibrationCount);
        Assert.AreEqual(MathF.BitIncrement(19), calibrated.RejectThreshold);
    }

    [TestMethod]
    public void Boolean_labels_are_understood()
    {
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(1, 30).Select(i => new { Score = (float)i, Label = i > 19 }));
        Assert.AreEqual(19, _ml.Transforms.CalibrateAnomalyScore().Fit(data).CalibrationCount);
    }

    [TestMethod]
    public void Labels_can_be_ignored()
    {
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(1, 30).Select(i => new { Score = (float)i, Label = "unread" }));
        Assert.AreEqual(30, _ml.Transforms.CalibrateAnomalyScore(labelColumnName: null).Fit(data).CalibrationCount);
    }

    [TestMethod]
    public void A_model_decides_by_itself_in_a_prediction_engine_after_saving_and_loading()
    {
        var calibrated = _ml.Transforms.CalibrateAnomalyScore().Fit(Scores(1, 19));
        using var file = new MemoryStream();
        _ml.Model.Save(calibrated, Scores(1, 1).Schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out _);

        var same = Assert.IsInstanceOfType<ScoreCalibrationTransformer>(loaded);
        Assert.AreEqual((calibrated.Alpha, calibrated.ReviewAlpha, calibrated.CalibrationCount, calibrated.RejectThreshold, calibrated.ReviewThreshold),
            (same.Alpha, same.ReviewAlpha, same.CalibrationCount, same.RejectThreshold, same.ReviewThreshold));
        using var engine = _ml.Model.CreatePredictionEngine<Scored, Decided>(loaded);
        Assert.AreEqual(Verdicts.Pass, engine.Predict(new Scored { Score = 3 }).Verdict);
        Assert.AreEqual(Verdicts.Reject, engine.Predict(new Scored { Score = 30 }).Verdict);
    }

    [TestMethod]
    public void Output_columns_take_the_names_given()
    {
        var options = new ScoreCalibrationEstimator.Options { PValueColumnName = "p", PredictedLabelColumnName = "bad", VerdictColumnName = "say" };
        var schema = _ml.Transforms.CalibrateAnomalyScore(options).Fit(Scores(1, 19)).GetOutputSchema(Scores(1, 1).Schema);
        CollectionAssert.AreEqual(new[] { "Score", "p", "bad", "say" }, schema.Select(c => c.Name).ToArray());
    }

    [TestMethod]
    public void A_good_image_without_finite_score_is_an_error_that_names_the_row()
    {
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new Scored { Score = i == 7 ? float.NaN : i }));
        var error = Assert.ThrowsExactly<DxmiException>(() => _ml.Transforms.CalibrateAnomalyScore().Fit(data));
        StringAssert.StartsWith(error.Message, "Row 7 (from 0) of the calibration data has NaN in column 'Score'.");
    }

    [TestMethod]
    public void Too_few_good_images_are_an_error_in_Fit()
    {
        var error = Assert.ThrowsExactly<DxmiException>(() => _ml.Transforms.CalibrateAnomalyScore().Fit(Scores(1, 18)));
        StringAssert.StartsWith(error.Message, "There are 18 good images to calibrate on. alpha = 0.05 needs at least 19.");
    }

    [TestMethod]
    public void No_good_image_at_all_is_an_error_in_Fit()
    {
        var data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new Labelled { Score = i, Label = 1 }));
        var error = Assert.ThrowsExactly<DxmiException>(() => _ml.Transforms.CalibrateAnomalyScore().Fit(data));
        StringAssert.StartsWith(error.Message, "There are 0 good images to calibrate on.");
    }

    [TestMethod]
    public void A_missing_score_column_is_named_with_those_there_are()
    {
        var data = _ml.Data.LoadFromEnumerable([new { Energy = 1f }]);
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.CalibrateAnomalyScore().Fit(data));
        StringAssert.Contains(error.Message, "Column 'Score' is missing.");
        StringAssert.Contains(error.Message, "Energy");
    }

    [TestMethod]
    public void A_label_of_another_type_is_named_with_its_type()
    {
        var data = _ml.Data.LoadFromEnumerable([new { Score = 1f, Label = "good" }]);
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.CalibrateAnomalyScore().Fit(data));
        StringAssert.Contains(error.Message, "Column 'Label' is String.");
    }

    [TestMethod]
    [DataRow(0, 0.1)]
    [DataRow(1, 1)]
    [DataRow(0.2, 0.1)]
    [DataRow(0.05, 1)]
    [DataRow(double.NaN, 0.1)]
    [DataRow(0.05, double.NaN)]
    public void Rates_out_of_range_are_refused_at_once(double alpha, double reviewAlpha)
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.CalibrateAnomalyScore(alpha: alpha, reviewAlpha: reviewAlpha));

    [TestMethod]
    public void Keeps_the_estimator_contract_with_categories()
        => EstimatorContract.Check(_ml, _ml.Transforms.CalibrateAnomalyScore(ByCategory), Kinds(("nut", 1), ("cap", 100)),
            invalid: _ml.Data.LoadFromEnumerable([new { Score = 1f, Kind = 2f }]));

    [TestMethod]
    public void Each_category_keeps_a_promise_of_its_own()
    {
        var calibrated = _ml.Transforms.CalibrateAnomalyScore(ByCategory).Fit(Kinds(("nut", 1), ("cap", 100)));
        CollectionAssert.AreEqual(new[] { "cap", "nut" }, calibrated.Categories.ToArray());
        Assert.AreEqual(38, calibrated.CalibrationCount);
        Assert.AreEqual(MathF.BitIncrement(19), calibrated.RejectThresholdOf("nut"));
        Assert.AreEqual(MathF.BitIncrement(118), calibrated.RejectThresholdOf("cap"));
        Assert.IsTrue(float.IsNaN(calibrated.RejectThreshold));
        Assert.AreEqual(Verdicts.Reject, calibrated.Judge(110, "nut"));
        Assert.AreEqual(Verdicts.Pass, calibrated.Judge(110, "cap"));
        Assert.AreEqual(0.5, calibrated.PValue(110, "cap"));   // 9 of 19 score as high

        var rows = _ml.Data.CreateEnumerable<Decided>(calibrated.Transform(Kinds(("nut", 20), ("cap", 20))), reuseRowObject: false).ToArray();
        Assert.IsTrue(rows[..19].All(r => r.PredictedLabel));
        Assert.IsTrue(rows[19..].All(r => r.Verdict == Verdicts.Pass));
    }

    [TestMethod]
    public void A_category_that_was_not_calibrated_is_rejected()
    {
        var calibrated = _ml.Transforms.CalibrateAnomalyScore(ByCategory).Fit(Kinds(("nut", 1)));
        Assert.AreEqual((0.0, Verdicts.Reject), (calibrated.PValue(1, "cap"), calibrated.Judge(1, "cap")));
        Assert.IsTrue(_ml.Data.CreateEnumerable<Decided>(calibrated.Transform(Kinds(("cap", 1))), reuseRowObject: false).All(r => r.PredictedLabel && r.PValue == 0));
    }

    [TestMethod]
    public void Too_few_good_images_of_one_category_are_an_error_that_names_it()
    {
        var few = _ml.Data.LoadFromEnumerable(Enumerable.Range(1, 30).Select(i => new Kind { Name = i <= 5 ? "cap" : "nut", Score = i }));
        var error = Assert.ThrowsExactly<DxmiException>(() => _ml.Transforms.CalibrateAnomalyScore(ByCategory).Fit(few));
        StringAssert.StartsWith(error.Message, "Category 'cap': There are 5 good images to calibrate on. alpha = 0.05 needs at least 19.");
    }

    private static ScoreCalibrationEstimator.Options ByCategory => new() { CategoryColumnName = "Kind" };

    private IDataView Kinds(params (string Name, int First)[] kinds)
        => _ml.Data.LoadFromEnumerable(kinds.SelectMany(kind => Enumerable.Range(kind.First, 19).Select(i => new Kind { Name = kind.Name, Score = i })));

    private sealed class Kind
    {
        [ColumnName("Kind")] public string Name { get; set; } = "";
        public float Score { get; set; }
    }

    private IDataView Scores(int first, int count)
        => _ml.Data.LoadFromEnumerable(Enumerable.Range(first, count).Select(i => new Scored { Score = i }));

    private void AssertDecision(ScoreCalibrationTransformer calibrated, float score, float pValue, bool predictedLabel, string verdict)
    {
        var view = calibrated.Transform(_ml.Data.LoadFromEnumerable([new Scored { Score = score }]));
        var row = _ml.Data.CreateEnumerable<Decided>(view, reuseRowObject: false).Single();
        Assert.AreEqual((pValue, predictedLabel, verdict), (row.PValue, row.PredictedLabel, row.Verdict), $"score {score}");
    }

    private sealed class Scored
    {
        public float Score { get; set; }
    }

    private sealed class Labelled
    {
        public float Score { get; set; }
        public float Label { get; set; }
    }

    private sealed class Decided
    {
        public float PValue { get; set; }
        public bool PredictedLabel { get; set; }
        public string Verdict { get; set; } = "";
    }
}
