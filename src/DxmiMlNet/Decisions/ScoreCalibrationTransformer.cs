using DxmiMlNet.Persistence;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace DxmiMlNet.Decisions;

/// <summary>
/// Turns an anomaly score into a p-value, a decision and a verdict; see <see cref="ScoreCalibrationEstimator"/> for the promise that it keeps.
/// A score that is not finite cannot be judged and must not pass: p-value 0, rejected.
/// </summary>
public sealed class ScoreCalibrationTransformer : InspectionTransformer
{
    internal const string ExpectedScore = "an anomaly score of Single";

    internal static readonly LoaderInfo Loader = new("DXMICALI", "DxmiCalibration", 1, typeof(ScoreCalibrationTransformer));

    private readonly string _scoreName, _pValueName, _predictedLabelName, _verdictName;
    private readonly ConformalCalibration _calibration;

    internal ScoreCalibrationTransformer(IHostEnvironment env, ScoreCalibrationEstimator.Options options, ConformalCalibration calibration)
        : base(env, nameof(ScoreCalibrationTransformer))
    {
        CheckRates(options.Alpha, options.ReviewAlpha);
        _scoreName = options.ScoreColumnName;
        _pValueName = options.PValueColumnName;
        _predictedLabelName = options.PredictedLabelColumnName;
        _verdictName = options.VerdictColumnName;
        _calibration = calibration;
        Alpha = options.Alpha;
        ReviewAlpha = options.ReviewAlpha;
        RejectThreshold = calibration.Threshold(Alpha);
        ReviewThreshold = calibration.Threshold(ReviewAlpha);
    }

    /// <summary>Largest share of good parts that are rejected.</summary>
    public double Alpha { get; }

    /// <summary>Largest share of good parts that are rejected or sent to review.</summary>
    public double ReviewAlpha { get; }

    /// <summary>How many good images it was calibrated on.</summary>
    public int CalibrationCount => _calibration.Scores.Length;

    /// <summary>The smallest score that is rejected: just above the k-th largest calibration score, k = floor(Alpha (CalibrationCount + 1)).</summary>
    public float RejectThreshold { get; }

    /// <summary>The smallest score that does not pass; at most <see cref="RejectThreshold"/>.</summary>
    public float ReviewThreshold { get; }

    /// <summary>The p-value of a score: small when few good parts score as high.</summary>
    /// <param name="score">Any value.</param>
    /// <returns>From 1 / (CalibrationCount + 1) to 1; 0 for a score that is not finite.</returns>
    public double PValue(float score) => float.IsFinite(score) ? _calibration.PValue(score) : 0;

    /// <summary>The verdict on a score.</summary>
    /// <param name="score">Any value.</param>
    /// <returns>One of <see cref="Verdicts"/>; <see cref="Verdicts.Reject"/> for a score that is not finite.</returns>
    public string Judge(float score)
        => IsRejected(score) ? Verdicts.Reject : score >= ReviewThreshold ? Verdicts.Review : Verdicts.Pass;

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
    // double: alpha, review alpha
    // int: n
    // float[n]: calibration scores, ascending
    private protected override void Write(BinaryWriter writer)
    {
        writer.Write(_scoreName);
        writer.Write(_pValueName);
        writer.Write(_predictedLabelName);
        writer.Write(_verdictName);
        writer.Write(Alpha);
        writer.Write(ReviewAlpha);
        writer.Write(CalibrationCount);
        foreach (float score in _calibration.Scores)
            writer.Write(score);
    }

    private static ScoreCalibrationTransformer Read(IHostEnvironment env, BinaryReader reader)
    {
        var options = new ScoreCalibrationEstimator.Options
        {
            ScoreColumnName = reader.ReadString(),
            PValueColumnName = reader.ReadString(),
            PredictedLabelColumnName = reader.ReadString(),
            VerdictColumnName = reader.ReadString(),
            Alpha = reader.ReadDouble(),
            ReviewAlpha = reader.ReadDouble(),
        };
        int n = reader.ReadInt32();
        if (n < ConformalCalibration.RequiredCount(options.Alpha))
            throw new FormatException($"{n} calibration scores are too few for alpha {options.Alpha}");
        var scores = new List<float>();   // grows as it reads: a damaged n runs into the end of the stream, not out of memory
        for (int i = 0; i < n; i++)
        {
            float score = reader.ReadSingle();
            if (!float.IsFinite(score))
                throw new FormatException($"calibration score {i} is {score}");
            scores.Add(score);
        }
        return new ScoreCalibrationTransformer(env, options, new ConformalCalibration(scores));
    }

    private static ITransformer Create(IHostEnvironment env, object ctx) => MlNetBridge.Load(ctx, Loader, reader => Read(env, reader));

    private bool IsRejected(float score) => !float.IsFinite(score) || score >= RejectThreshold;

    private sealed class Rows(ScoreCalibrationTransformer owner) : IRowModel
    {
        public DataViewSchema.Column[] BindInputs(DataViewSchema inputSchema)
            => [Columns.Require(inputSchema, owner._scoreName, ExpectedScore, type => type == NumberDataViewType.Single)];

        public DataViewSchema.DetachedColumn[] Outputs(DataViewSchema inputSchema)
            => OutputColumns(owner._pValueName, owner._predictedLabelName, owner._verdictName);

        public Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive)
        {
            float score = 0;
            var getScore = input.GetGetter<float>(BindInputs(input.Schema)[0]);
            var row = new RowCache(input, () => getScore(ref score));
            ValueGetter<float> pValue = (ref float value) =>
            {
                row.Update();
                value = (float)owner.PValue(score);
            };
            ValueGetter<bool> predictedLabel = (ref bool value) =>
            {
                row.Update();
                value = owner.IsRejected(score);
            };
            ValueGetter<ReadOnlyMemory<char>> verdict = (ref ReadOnlyMemory<char> value) =>
            {
                row.Update();
                value = owner.Judge(score).AsMemory();
            };
            return [isActive(0) ? pValue : null, isActive(1) ? predictedLabel : null, isActive(2) ? verdict : null];
        }
    }
}
