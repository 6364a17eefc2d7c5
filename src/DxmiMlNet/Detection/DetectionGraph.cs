using DxmiMlNet.Onnx;

namespace DxmiMlNet.Detection;

/// <summary>
/// What every detector's ONNX graph takes and gives: Features [N, H, W, C] to AnomalyMap [N, H, W] and Score [N]. Scoring is one run of it,
/// whatever the method.
/// </summary>
internal static class DetectionGraph
{
    public const string Input = "Features", Map = "AnomalyMap", Score = "Score";

    /// <summary>A graph with its input and outputs declared; a method adds the nodes between them.</summary>
    public static OnnxGraph Begin(string name, (int Height, int Width, int Channels) grid)
    {
        var graph = new OnnxGraph(name);
        graph.Input(Input, OnnxType.Float, -1, grid.Height, grid.Width, grid.Channels);
        graph.Output(Map, OnnxType.Float, -1, grid.Height, grid.Width);
        graph.Output(Score, OnnxType.Float, -1);
        return graph;
    }
}
