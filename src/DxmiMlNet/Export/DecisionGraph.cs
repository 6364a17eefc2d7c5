using DxmiMlNet.Decisions;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Export;

/// <summary>What <see cref="ScoreCalibrationTransformer"/> does, as nodes of a graph: score to p-value and verdict.</summary>
internal static class DecisionGraph
{
    /// <summary>Names of the inputs and outputs.</summary>
    public const string Category = "category", RejectThreshold = "reject_threshold", ReviewThreshold = "review_threshold", PValue = "p_value", Verdict = "verdict";

    /// <summary>Verdicts in the order of their numbers.</summary>
    public static readonly string[] Labels = [Verdicts.Pass, Verdicts.Review, Verdicts.Reject];

    /// <summary>
    /// Adds p_value [N] and verdict [N] (Int64: 0 pass, 1 review, 2 reject) of scores [N], and the inputs they have beside it: the thresholds, one a category,
    /// with defaults, and where every kind of part has its own calibration its number, category [N] (Int64).
    /// </summary>
    public static void Add(OnnxGraph graph, string score, ScoreCalibrationTransformer calibration)
    {
        string[] categories = [.. calibration.Categories];
        float[][] tables = [.. categories.Select(c => calibration.CalibrationScoresOf(c).ToArray())];
        graph.Replaceable(RejectThreshold, [.. categories.Select(calibration.RejectThresholdOf)], categories.Length);
        graph.Replaceable(ReviewThreshold, [.. categories.Select(calibration.ReviewThresholdOf)], categories.Length);
        // Shorter tables are filled with what no score is below.
        int longest = tables.Max(t => t.Length);
        var table = graph.Constant("calibration_scores", tables.SelectMany(t => t.Concat(Enumerable.Repeat(float.NegativeInfinity, longest - t.Length))).ToArray(),
            categories.Length, longest);
        var places = graph.Constant("places", [.. tables.Select(t => t.Length + 1f)], categories.Length);   // n + 1
        string reject = RejectThreshold, review = ReviewThreshold;
        string unusable = graph.Node("Or", [graph.Node("IsNaN", [score]), graph.Node("IsInf", [score])]);
        if (calibration.IsByCategory)
        {
            graph.Input(Category, OnnxType.Int64, -1);
            var least = graph.Constant("first_category", [0L], 1);
            var isBeyond = graph.Node("GreaterOrEqual", [Category, graph.Constant("categories", [(long)categories.Length], 1)]);
            var isUnknown = graph.Node("Or", [graph.Node("Less", [Category, least]), isBeyond]);
            unusable = graph.Node("Or", [unusable, isUnknown]);
            var index = graph.Node("Where", [isUnknown, least, Category]);
            (table, places, reject, review) = (Own(table), Own(places), Own(reject), Own(review));

            string Own(string values) => graph.Node("Gather", [values, index], ("axis", 0L));
        }
        var one = graph.Constant("one", [1f], 1);
        var last = graph.Constant("last", [-1L], 1);
        // (1 + #{calibration score >= s}) / (n + 1)
        var isAtOrAbove = graph.Node("GreaterOrEqual", [table, graph.Node("Unsqueeze", [score, last])]);                              // [N, n]
        var above = graph.Node("ReduceSum", [graph.Node("Cast", [isAtOrAbove], ("to", (long)OnnxType.Float)), last], ("keepdims", 0L));   // [N]
        var share = graph.Node("Div", [graph.Node("Add", [above, one]), places]);
        graph.Node("Where", [unusable, graph.Constant("zero", [0f], 1), share], PValue);
        // Whatever exceeds the upper threshold is no longer a question for review.
        var isRejected = graph.Node("Or", [unusable, graph.Node("GreaterOrEqual", [score, reject])]);
        var isNoPass = graph.Node("Or", [isRejected, graph.Node("GreaterOrEqual", [score, review])]);
        graph.Node("Add", [graph.Node("Cast", [isRejected], ("to", (long)OnnxType.Int64)), graph.Node("Cast", [isNoPass], ("to", (long)OnnxType.Int64))], Verdict);
        graph.Output(PValue, OnnxType.Float, -1);
        graph.Output(Verdict, OnnxType.Int64, -1);
    }
}
