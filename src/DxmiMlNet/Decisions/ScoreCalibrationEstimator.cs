using DxmiMlNet.Columns;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Decisions;

/// <summary>
/// Learns from good images which anomaly scores are too rare to pass, with a false-reject rate promised beforehand.
/// </summary>
/// <remarks>
/// <para>
/// Split-conformal calibration (Papadopoulos et al. 2002; Vovk et al. 2005). With n calibration scores, a part with score s gets
/// p(s) = (1 + #{calibration score >= s}) / (n + 1), and is rejected when p &lt;= alpha. Then P(reject a good part) &lt;= alpha, whatever the
/// distribution of scores, if good parts in production are exchangeable with the calibration parts: same product, same camera, same
/// light. The probability is over calibration set and part together.
/// </para>
/// <para>
/// The calibration images must not have trained the model: it knows those, their scores are too low, and the promise would not hold.
/// Needs at least 1 / alpha - 1 good images (19 for 0.05, 99 for 0.01).
/// </para>
/// <para>
/// With a category column the promise holds within every category, not only on the average over them (Mondrian conformal prediction, Vovk et al.
/// 2005): then each needs that many good images.
/// </para>
/// <para>Reads the score column in one pass. Adds PValue (Single), PredictedLabel (Boolean), Verdict (Text).</para>
/// </remarks>
public sealed class ScoreCalibrationEstimator : IEstimator<ScoreCalibrationTransformer>
{
    /// <summary>Settings of <see cref="ScoreCalibrationEstimator"/>.</summary>
    public sealed class Options
    {
        /// <summary>Largest share of good parts that may be rejected, above 0 and below 1.</summary>
        public double Alpha = 0.05;

        /// <summary>
        /// Largest share of good parts that may be rejected or sent to review; at least <see cref="Alpha"/>, below 1. Equal: nothing is sent
        /// to review.
        /// </summary>
        public double ReviewAlpha = 0.1;

        /// <summary>Input: the anomaly score, Single; higher is more anomalous.</summary>
        public string ScoreColumnName = "Score";

        /// <summary>
        /// Input of Fit, used when the data has it: Boolean, or Single with 0 for good. Anomalous rows are left out of the calibration; without
        /// the column every row counts as good. Null: do not look at labels.
        /// </summary>
        public string? LabelColumnName = LabelColumn.DefaultName;

        /// <summary>
        /// Input, for one model of several kinds of parts: their names, Text. Every kind is calibrated by its own good images, and keeps the promise
        /// for itself; a kind that the calibration has not seen cannot be judged and is rejected. Null: all parts are of one kind.
        /// </summary>
        public string? CategoryColumnName;

        /// <summary>
        /// Says where the scores come from, and is only kept with the model: 0 where the detector was fitted on other images, so that the promise
        /// holds; K where K detectors each scored the images that they had not seen, and another one is calibrated with that.
        /// </summary>
        public int CrossFolds;

        /// <summary>Output: p-value, Single.</summary>
        public string PValueColumnName = "PValue";

        /// <summary>Output: whether the part is rejected, Boolean.</summary>
        public string PredictedLabelColumnName = "PredictedLabel";

        /// <summary>Output: one of <see cref="Verdicts"/>, Text.</summary>
        public string VerdictColumnName = "Verdict";
    }

    private readonly IHost _host;
    private readonly Options _options;

    internal ScoreCalibrationEstimator(IHostEnvironment env, Options options)
    {
        ScoreCalibrationTransformer.CheckRates(options.Alpha, options.ReviewAlpha);
        _host = env.Register(nameof(ScoreCalibrationEstimator));
        _options = options;
        MlNetBridge.Register(env, GetType());
    }

    /// <summary>The columns that the fitted transformer will add.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The score, label or category column is missing or has another type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        InputColumns.Require(inputSchema, _options.ScoreColumnName, ScoreCalibrationTransformer.ExpectedScore, c => InputColumns.IsScalar(c, NumberDataViewType.Single));
        LabelColumn.Check(inputSchema, _options.LabelColumnName);
        if (_options.CategoryColumnName is { } category)
            InputColumns.Require(inputSchema, category, ScoreCalibrationTransformer.ExpectedCategory, c => InputColumns.IsScalar(c, TextDataViewType.Instance));
        return SchemaShapes.With(inputSchema,
            ScoreCalibrationTransformer.OutputColumns(_options.PValueColumnName, _options.PredictedLabelColumnName, _options.VerdictColumnName));
    }

    /// <summary>Keeps the scores of the good images.</summary>
    /// <param name="input">Scored images that the model was not trained on.</param>
    /// <exception cref="ArgumentOutOfRangeException">The score, label or category column is missing or has another type.</exception>
    /// <exception cref="DxmiException">There are too few good images for alpha, in all or of a category, or one has a score that is not finite.</exception>
    public ScoreCalibrationTransformer Fit(IDataView input)
    {
        using var channel = _host.Start("Calibrating");
        var calibrations = GoodScores(input).ToDictionary(c => c.Key, c => new ConformalCalibration(c.Value), StringComparer.Ordinal);
        var transformer = new ScoreCalibrationTransformer(_host, _options, calibrations);
        channel.Info(MessageSensitivity.None, "Calibrated on {0} good images: reject from score {1}, review from {2}.", transformer.CalibrationCount,
            string.Join(", ", transformer.Categories.Select(transformer.RejectThresholdOf)),
            string.Join(", ", transformer.Categories.Select(transformer.ReviewThresholdOf)));
        return transformer;
    }

    private Dictionary<string, List<float>> GoodScores(IDataView input)
    {
        var scoreColumn = InputColumns.Require(input.Schema, _options.ScoreColumnName, ScoreCalibrationTransformer.ExpectedScore, type => type == NumberDataViewType.Single);
        var labelColumn = LabelColumn.Find(input.Schema, _options.LabelColumnName);
        DataViewSchema.Column? categoryColumn = _options.CategoryColumnName is { } name
            ? InputColumns.Require(input.Schema, name, ScoreCalibrationTransformer.ExpectedCategory, type => type == TextDataViewType.Instance) : null;

        var scores = new Dictionary<string, List<float>>(StringComparer.Ordinal);
        if (categoryColumn is null)
            scores[ScoreCalibrationTransformer.OneCategory] = [];
        using var cursor = input.GetRowCursor(new[] { scoreColumn, labelColumn, categoryColumn }.OfType<DataViewSchema.Column>());
        var getScore = cursor.GetGetter<float>(scoreColumn);
        var getCategory = categoryColumn is { } c ? cursor.GetGetter<ReadOnlyMemory<char>>(c) : null;
        var isAnomalous = LabelColumn.Reader(cursor, labelColumn);
        while (cursor.MoveNext())
        {
            if (isAnomalous())
                continue;
            float score = 0;
            getScore(ref score);
            if (!float.IsFinite(score))
                throw new DxmiException($"Row {cursor.Position} (from 0) of the calibration data has {score} in column '{_options.ScoreColumnName}'.",
                    "Every good image should have a finite score.", "Check the image of that row, or leave it out.");
            ReadOnlyMemory<char> category = default;
            getCategory?.Invoke(ref category);
            string key = getCategory is null ? ScoreCalibrationTransformer.OneCategory : category.ToString();
            if (!scores.TryGetValue(key, out var known))
                scores[key] = known = [];
            known.Add(score);
        }
        return scores;
    }
}
