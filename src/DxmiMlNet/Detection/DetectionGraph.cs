using DxmiMlNet.Detection.Parts;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Detection;

/// <summary>
/// What every detector's ONNX graph takes and gives: Features [N, H, W, C] to AnomalyMap [N, H, W] and Score [N]. Scoring is one run of it,
/// whatever the method. One that was trained with masks also takes Ignored [N, H, W], 1 where a patch is ignored and 0 elsewhere.
/// </summary>
internal static class DetectionGraph
{
    public const string Input = "Features", Map = "AnomalyMap", Score = "Score", Ignored = "Ignored";

    private const float Lowest = -3e38f;   // below every value of a map

    /// <summary>A graph with its inputs and outputs declared; a method adds the nodes between them.</summary>
    public static OnnxGraph Begin(string name, (int Height, int Width, int Channels) grid, bool ignores)
    {
        var graph = new OnnxGraph(name);
        graph.Input(Input, OnnxType.Float, -1, grid.Height, grid.Width, grid.Channels);
        if (ignores)
            graph.Input(Ignored, OnnxType.Float, -1, grid.Height, grid.Width);
        graph.Output(Map, OnnxType.Float, -1, grid.Height, grid.Width);
        graph.Output(Score, OnnxType.Float, -1);
        return graph;
    }

    /// <summary>
    /// Hands the map out and returns it for pooling, both [N, P]. An ignored patch has the lowest value of the inspected ones in the map, so that
    /// nothing is seen there, and one below all values for pooling, so that it is never among the highest.
    /// </summary>
    public static string GiveMap(OnnxGraph graph, string map, (int Height, int Width, int Channels) grid, bool ignores)
    {
        var shape = graph.Constant("map_shape", [-1L, grid.Height, grid.Width], 3);
        if (!ignores)
        {
            graph.Node("Reshape", [map, shape], Map);
            return map;
        }
        var isIgnored = graph.Node("Cast", [graph.Reshape(Ignored, -1, grid.Height * grid.Width)], ("to", (long)OnnxType.Bool));
        var lowest = graph.Node("ReduceMin", [graph.Node("Where", [isIgnored, graph.Constant("highest", [-Lowest], 1), map])], ("axes", [-1L]), ("keepdims", 1L));
        graph.Node("Reshape", [graph.Node("Where", [isIgnored, lowest, map]), shape], Map);
        return graph.Node("Where", [isIgnored, graph.Constant("lowest", [Lowest], 1), map]);
    }

    /// <summary>Adds the weighted sum of maps, [N, P] each, brought to scale, and returns its name: sum of w_k (v_k - m_k) / s_k.</summary>
    public static string AddScaled(OnnxGraph graph, params (string Map, MapScale Scale, double Weight)[] maps)
    {
        int positions = maps[0].Scale.Mean.Length;
        var offset = new float[positions];
        string? sum = null;
        foreach (var (map, scale, weight) in maps)
        {
            var factor = Array.ConvertAll(scale.Spread, s => (float)(weight / s));
            for (int p = 0; p < positions; p++)
                offset[p] += factor[p] * scale.Mean[p];
            var term = graph.Node("Mul", [map, graph.Constant("position_factor", factor, positions)]);
            sum = sum is null ? term : graph.Node("Add", [sum, term]);
        }
        return graph.Node("Sub", [sum!, graph.Constant("position_offset", offset, positions)]);
    }

    /// <summary>
    /// Gives out the score of what <see cref="GiveMap"/> returned: the mean of several pooled statistics, each the mean of the highest patches of the
    /// inspected ones less the map's level, in units of its own.
    /// </summary>
    public static void GiveScore(OnnxGraph graph, string pooled, PooledScore score, bool ignores)
    {
        var axes = graph.Constant("pooled_axes", [-1L], 1);
        var highest = graph.TopK(pooled, score.Counts[^1]);   // the highest first
        var usual = graph.Node("Clip", [pooled, graph.Constant("usual_from", [score.Usual.From]), graph.Constant("usual_to", [score.Usual.To])]);
        var level = Mean(usual, pooled);
        string? sum = null;
        for (int j = 0; j < score.Counts.Length; j++)
        {
            var own = j + 1 == score.Counts.Length ? highest
                : graph.Node("Slice", [highest, graph.Constant("from", [0L], 1), graph.Constant("to", [(long)score.Counts[j]], 1), axes]);
            // The mean over j of (t_j - m_j) / d_j.
            float factor = 1 / (score.Spread[j] * score.Counts.Length);
            var statistic = graph.Node("Sub", [Mean(own, own), level]);
            var term = graph.Node("Mul", [graph.Node("Sub", [statistic, graph.Constant("pooled_mean", [score.Mean[j]], 1)]), graph.Constant("pooled_factor", [factor], 1)]);
            sum = sum is null ? term : graph.Node("Add", [sum, term]);
        }
        graph.Node("Identity", [sum!], Score);

        // The mean of values, [N, M] to [N], whose patches are inspected.
        string Mean(string values, string patches)
        {
            if (!ignores)
                return graph.Node("ReduceMean", [values], ("axes", [-1L]), ("keepdims", 0L));
            var isInspected = graph.Node("Greater", [patches, graph.Constant("above_ignored", [0.9f * Lowest], 1)]);
            var total = graph.Node("ReduceSum", [graph.Node("Where", [isInspected, values, graph.Constant("nothing", [0f], 1)]), axes], ("keepdims", 0L));
            var inspected = graph.Node("ReduceSum", [graph.Node("Cast", [isInspected], ("to", (long)OnnxType.Float)), axes], ("keepdims", 0L));
            return graph.Node("Div", [total, inspected]);
        }
    }

    /// <summary>Gives out map and score of a method's raw map, [N, P], standardised.</summary>
    public static void GiveStandardised(OnnxGraph graph, string map, MapStandard standard, (int Height, int Width, int Channels) grid, bool ignores)
        => GiveScore(graph, GiveMap(graph, AddScaled(graph, (map, standard.Scale, 1)), grid, ignores), standard.Score, ignores);
}
