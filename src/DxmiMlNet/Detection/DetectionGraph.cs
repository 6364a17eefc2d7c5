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

    /// <summary>
    /// Gives out the score: the mean of the <paramref name="count"/> highest values of what <see cref="GiveMap"/> returned, or of all inspected ones where
    /// they are fewer.
    /// </summary>
    public static void GiveMeanOfHighest(OnnxGraph graph, string pooled, int count, bool ignores)
    {
        var highest = graph.TopK(pooled, count);
        if (!ignores)
        {
            graph.Node("ReduceMean", [highest], Score, ("axes", [-1L]), ("keepdims", 0L));
            return;
        }
        var isInspected = graph.Node("Greater", [highest, graph.Constant("above_ignored", [0.9f * Lowest], 1)]);
        var axes = graph.Constant("pooled_axes", [-1L], 1);
        var sum = graph.Node("ReduceSum", [graph.Node("Where", [isInspected, highest, graph.Constant("nothing", [0f], 1)]), axes], ("keepdims", 0L));
        var inspected = graph.Node("ReduceSum", [graph.Node("Cast", [isInspected], ("to", (long)OnnxType.Float)), axes], ("keepdims", 0L));
        graph.Node("Div", [sum, inspected], Score);
    }
}
