using DxmiMlNet.Columns;
using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

[assembly: LoadableClass(typeof(ITransformer), typeof(DxmiMlNet.Decisions.ScoreCalibrationTransformer), null, typeof(SignatureLoadModel), "", DxmiMlNet.Decisions.ScoreCalibrationTransformer.LoaderSignature)]

namespace DxmiMlNet.Decisions;

/// <summary>
/// Turns an anomaly score into a p-value, a decision and a verdict; see <see cref="ScoreCalibrationEstimator"/> for the promise that it keeps.
/// A score that is not finite cannot be judged and must not pass: p-value 0, rejected.
/// </summary>
public sealed class ScoreCalibrationTransformer : InspectionTransformer
{
    internal const string ExpectedScore = "an anomaly score of Single";
    internal const string ExpectedCategory = "the name of a kind of part as Text";

    /// <summary>What stands for all parts where there is no category column.</summary>
    internal const string OneCategory = "";

    internal const string LoaderSignature = "DxmiCalibration";
    internal static readonly LoaderInfo Loader = new("DXMICALI", LoaderSignature, 1, typeof(ScoreCalibrationTransformer));

    private readonly string _scoreName, _pValueName, _predictedLabelName, _verdictName;
    private readonly string? _categoryName;
    private readonly Dictionary<string, CategoryCalibration> _calibrations;   // by category

    /// <exception cref="DxmiException">There are too few scores for alpha; the message names the category.</exception>
    internal ScoreCalibrationTransformer(IHostEnvironment env, ScoreCalibrationEstimator.Options options,
        IReadOnlyDictionary<string, ConformalCalibration> calibrations)
        : base(env, nameof(ScoreCalibrationTransformer))
    {
        CheckRates(options.Alpha, options.ReviewAlpha);
        _scoreName = options.ScoreColumnName;
        _pValueName = options.PValueColumnName;
        _predictedLabelName = options.PredictedLabelColumnName;
        _verdictName = options.VerdictColumnName;
        _categoryName = options.CategoryColumnName;
        Alpha = options.Alpha;
        ReviewAlpha = options.ReviewAlpha;
        CrossFolds = options.CrossFolds;
        _calibrations = calibrations.ToDictionary(c => c.Key, c => CategoryCalibration.Of(c.Key, c.Value, Alpha, ReviewAlpha), StringComparer.Ordinal);
        Categories = [.. _calibrations.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Largest share of good parts that are rejected.</summary>
    public double Alpha { get; }

    /// <summary>Largest share of good parts that are rejected or sent to review.</summary>
    public double ReviewAlpha { get; }

    /// <summary>0: the scores were those of images held back from the fit. K: of K folds, each scored by a detector of its own.</summary>
    public int CrossFolds { get; }

    /// <summary>The kinds of parts that were calibrated, in ordinal order; one, the empty text, where there is no category column.</summary>
    public IReadOnlyList<string> Categories { get; }

    /// <summary>Whether every kind of part has its own calibration, told by a category column.</summary>
    public bool IsByCategory => _categoryName is not null;

    /// <summary>How many good images it was calibrated on, of all categories.</summary>
    public int CalibrationCount => _calibrations.Values.Sum(c => c.Calibration.Scores.Length);

    /// <summary>
    /// The smallest score that is rejected: just above the k-th largest calibration score, k = floor(Alpha (CalibrationCount + 1)).
    /// NaN where every category has its own, see <see cref="RejectThresholdOf"/>.
    /// </summary>
    public float RejectThreshold => RejectThresholdOf(OneCategory);

    /// <summary>The smallest score that does not pass; at most <see cref="RejectThreshold"/>. NaN where every category has its own.</summary>
    public float ReviewThreshold => ReviewThresholdOf(OneCategory);

    /// <summary>The smallest score of a category that is rejected; NaN for an unknown one, of which every part is.</summary>
    /// <param name="category">One of <see cref="Categories"/>.</param>
    public float RejectThresholdOf(string category) => Find(category)?.RejectThreshold ?? float.NaN;

    /// <summary>The smallest score of a category that does not pass; NaN for an unknown one.</summary>
    /// <param name="category">One of <see cref="Categories"/>.</param>
    public float ReviewThresholdOf(string category) => Find(category)?.ReviewThreshold ?? float.NaN;

    /// <summary>The scores of the good images that the decisions of a category rest on, ascending; empty for an unknown one.</summary>
    /// <param name="category">One of <see cref="Categories"/>.</param>
    public ReadOnlySpan<float> CalibrationScoresOf(string category = OneCategory) => Find(category) is { } found ? found.Calibration.Scores : [];

    /// <summary>The p-value of a score: small when few good parts score as high.</summary>
    /// <param name="score">Any value.</param>
    /// <param name="category">The kind of part; empty where there is no category column.</param>
    /// <returns>From 1 / (n + 1) to 1, n good images of the category; 0 for a score that is not finite, and for an unknown category.</returns>
    public double PValue(float score, string category = OneCategory) => Find(category)?.PValue(score) ?? 0;

    /// <summary>The verdict on a score.</summary>
    /// <param name="score">Any value.</param>
    /// <param name="category">The kind of part; empty where there is no category column.</param>
    /// <returns>One of <see cref="Verdicts"/>; <see cref="Verdicts.Reject"/> for a score that is not finite, and for an unknown category.</returns>
    public string Judge(float score, string category = OneCategory) => Find(category)?.Judge(score) ?? Verdicts.Reject;

    /// <summary>The same calibration scores with other rates.</summary>
    /// <exception cref="DxmiException">There are too few scores for alpha.</exception>
    internal ScoreCalibrationTransformer WithRates(double alpha, double reviewAlpha) => new(Host, new ScoreCalibrationEstimator.Options
    {
        ScoreColumnName = _scoreName,
        PValueColumnName = _pValueName,
        PredictedLabelColumnName = _predictedLabelName,
        VerdictColumnName = _verdictName,
        CategoryColumnName = _categoryName,
        Alpha = alpha,
        ReviewAlpha = reviewAlpha,
        CrossFolds = CrossFolds,
    }, _calibrations.ToDictionary(c => c.Key, c => c.Value.Calibration, StringComparer.Ordinal));

    private protected override IRowModel RowModel => new Rows(this);

    private protected override LoaderInfo LoaderInfo => Loader;

    internal static DataViewSchema.DetachedColumn[] OutputColumns(string pValue, string predictedLabel, string verdict) =>
    [
        new(pValue, NumberDataViewType.Single),
        new(predictedLabel, BooleanDataViewType.Instance),
        new(verdict, TextDataViewType.Instance),
    ];

    internal static void CheckRates(double alpha, double reviewAlpha)
    {
        if (!(alpha > 0 && alpha < 1))
            throw new ArgumentOutOfRangeException(nameof(alpha),
                $"alpha is {alpha}. It is the largest share of good parts that may be rejected, above 0 and below 1. 0.05 is usual.");
        if (!(reviewAlpha >= alpha && reviewAlpha < 1))
            throw new ArgumentOutOfRangeException(nameof(reviewAlpha),
                $"reviewAlpha is {reviewAlpha}. It should be at least alpha = {alpha} and below 1. Make it equal to alpha to send nothing to review.");
    }

    // Binary format
    // string: score column, p-value column, predicted label column, verdict column
    // bool: whether there is a category column; string: its name, if so
    // double: alpha, review alpha
    // int: number of categories; for each:
    //   string: its name, empty where there is no category column
    //   int: n
    //   float[n]: calibration scores, ascending
    // byte: number of folds, 0 for none
    private protected override void Write(BinaryWriter writer)
    {
        writer.Write(_scoreName);
        writer.Write(_pValueName);
        writer.Write(_predictedLabelName);
        writer.Write(_verdictName);
        writer.Write(_categoryName is not null);
        if (_categoryName is not null)
            writer.Write(_categoryName);
        writer.Write(Alpha);
        writer.Write(ReviewAlpha);
        writer.Write(Categories.Count);
        foreach (string category in Categories)
        {
            writer.Write(category);
            _calibrations[category].Calibration.Write(writer);
        }
        writer.Write((byte)CrossFolds);
    }

    private static ScoreCalibrationTransformer Read(IHostEnvironment env, BinaryReader reader)
    {
        var options = new ScoreCalibrationEstimator.Options
        {
            ScoreColumnName = reader.ReadString(),
            PValueColumnName = reader.ReadString(),
            PredictedLabelColumnName = reader.ReadString(),
            VerdictColumnName = reader.ReadString(),
            CategoryColumnName = reader.ReadBoolean() ? reader.ReadString() : null,
            Alpha = reader.ReadDouble(),
            ReviewAlpha = reader.ReadDouble(),
        };
        var calibrations = new Dictionary<string, ConformalCalibration>(StringComparer.Ordinal);
        for (int categories = reader.ReadInt32(); categories > 0; categories--)
            calibrations[reader.ReadString()] = ConformalCalibration.Read(reader, ConformalCalibration.RequiredCount(options.Alpha));
        options.CrossFolds = reader.ReadByte();
        return calibrations.Count > 0 ? new ScoreCalibrationTransformer(env, options, calibrations) : throw new FormatException("no category was calibrated");
    }

    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, reader => Read(env, reader));

    private CategoryCalibration? Find(string category) => _calibrations.GetValueOrDefault(category);

    private sealed class Rows(ScoreCalibrationTransformer owner) : IRowModel
    {
        public DataViewSchema.Column[] BindInputs(DataViewSchema inputSchema)
        {
            var score = InputColumns.Require(inputSchema, owner._scoreName, ExpectedScore, type => type == NumberDataViewType.Single);
            return owner._categoryName is { } category
                ? [score, InputColumns.Require(inputSchema, category, ExpectedCategory, type => type == TextDataViewType.Instance)]
                : [score];
        }

        public DataViewSchema.DetachedColumn[] Outputs(DataViewSchema inputSchema)
            => OutputColumns(owner._pValueName, owner._predictedLabelName, owner._verdictName);

        public Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        {
            float score = 0;
            ReadOnlyMemory<char> category = default;
            CategoryCalibration? calibration = null;
            var columns = BindInputs(input.Schema);
            var getScore = input.GetGetter<float>(columns[0]);
            var getCategory = columns.Length > 1 ? input.GetGetter<ReadOnlyMemory<char>>(columns[1]) : null;
            var row = new RowCache(input, () =>
            {
                getScore(ref score);
                getCategory?.Invoke(ref category);
                calibration = owner.Find(getCategory is null ? OneCategory : category.ToString());
            });
            ValueGetter<float> pValue = (ref float value) =>
            {
                row.Update();
                value = (float)(calibration?.PValue(score) ?? 0);
            };
            ValueGetter<bool> predictedLabel = (ref bool value) =>
            {
                row.Update();
                value = calibration?.IsRejected(score) ?? true;
            };
            ValueGetter<ReadOnlyMemory<char>> verdict = (ref ReadOnlyMemory<char> value) =>
            {
                row.Update();
                value = (calibration?.Judge(score) ?? Verdicts.Reject).AsMemory();
            };
            return [isActive(0) ? pValue : null, isActive(1) ? predictedLabel : null, isActive(2) ? verdict : null];
        }
    }
}
