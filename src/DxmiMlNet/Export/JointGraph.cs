using DxmiMlNet.Detection;
using DxmiMlNet.Features;
using DxmiMlNet.Features.Tiles;
using DxmiMlNet.Onnx;

namespace DxmiMlNet.Export;

/// <summary>Backbone and detector as one graph, from the preprocessed image to map and score: nothing crosses a boundary between them.</summary>
internal static class JointGraph
{
    /// <summary>Names of the inputs and outputs of <see cref="Write"/>.</summary>
    public const string Image = "image", Ignored = "ignored", Map = "anomaly_map", Score = "score";

    private const string Backbone = "backbone/", Detector = "detector/", Tile = "tile/";

    /// <summary>
    /// The model image [N, 3, height, width] (Single, preprocessed), and where the detector can ignore patches ignored [N, H, W] (Single, 1 or 0), to
    /// anomaly_map [N, H, W] and score [N].
    /// </summary>
    public static byte[] Write(PatchFeatureTransformer features, GraphAnomalyTransformer detector)
    {
        var graph = OnnxGraph.Joined("inspection");
        graph.Input(Image, OnnxType.Float, -1, 3, features.ImageHeight, features.ImageWidth);
        if (detector.Ignores)
            graph.Input(Ignored, OnnxType.Float, -1, detector.Grid.Height, detector.Grid.Width);
        var (map, score) = AddDetector(graph, AddFeatures(graph, Image, features), Ignored, detector);
        graph.Node("Identity", [map], Map);
        graph.Node("Identity", [score], Score);
        graph.Output(Map, OnnxType.Float, -1, detector.Grid.Height, detector.Grid.Width);
        graph.Output(Score, OnnxType.Float, -1);
        return graph.ToModel();
    }

    /// <summary>Adds the features of preprocessed images [N, 3, height, width] and returns their name, [N, H, W, C].</summary>
    public static string AddFeatures(OnnxGraph graph, string image, PatchFeatureTransformer features)
        => features.Tiles is { } tiles ? AddTiles(graph, image, features, tiles) : AddBackbone(graph, image, features);

    /// <summary>
    /// Adds map [N, H, W] and score [N] of features [N, H, W, C] and returns their names. Features that are no finite numbers give a score that is none, whatever
    /// the method makes of them.
    /// </summary>
    /// <param name="graph">The graph.</param>
    /// <param name="features">The features.</param>
    /// <param name="ignored">Which patches are ignored, [N, H, W] or [1, H, W]; not read where the detector ignores none.</param>
    /// <param name="detector">The detector.</param>
    public static (string Map, string Score) AddDetector(OnnxGraph graph, string features, string ignored, GraphAnomalyTransformer detector)
    {
        (string, string)[] inputs = [(DetectionGraph.Input, features)];
        if (detector.Ignores)
            inputs = [.. inputs, (DetectionGraph.Ignored, ignored)];
        var part = new OnnxFile(detector.Fitted.Graph, "The detector's graph").Model;
        int score = Enumerable.Range(0, part.Graph.Output.Count).First(i => part.Graph.Output[i].Name == DetectionGraph.Score);
        int map = Enumerable.Range(0, part.Graph.Output.Count).First(i => part.Graph.Output[i].Name == DetectionGraph.Map);
        var outputs = graph.Append(part, Detector, inputs);
        var sum = graph.Node("ReduceSum", [graph.Reshape(features, 0, -1), graph.Constant("features_of_an_image", [-1L], 1)], ("keepdims", 0L));   // [N]
        var nothing = graph.Node("Sub", [sum, sum]);   // 0, or NaN where a feature is infinite or NaN
        return (outputs[map], graph.Node("Add", [outputs[score], nothing]));
    }

    private static string AddBackbone(OnnxGraph graph, string image, PatchFeatureTransformer features)
        => graph.Append(new OnnxFile(features.Model, $"The backbone '{features.Description.Name}'").Model, Backbone, (features.Description.Input.Name, image))[0];

    // The backbone goes over the tiles in a loop, as many images at once as there are; a patch is then taken from the tile that gives it.
    private static string AddTiles(OnnxGraph graph, string image, PatchFeatureTransformer features, TileGrid tiles)
    {
        var body = OnnxGraph.Inner(Tile);
        const string iteration = Tile + "iteration", goesOn = Tile + "goes_on";
        body.Input(iteration, OnnxType.Int64);
        body.Input(goesOn, OnnxType.Bool);
        long[] starts = [.. Enumerable.Range(0, tiles.Count)
            .SelectMany(t => new long[] { tiles.Rows.Start(t / tiles.Columns.Count), tiles.Columns.Start(t % tiles.Columns.Count) })];
        var from = body.Node("Gather", [body.Constant("starts", starts, tiles.Count, 2), iteration], ("axis", 0L));                    // [2]
        var to = body.Node("Add", [from, body.Constant("sides", [(long)tiles.Rows.Tile, tiles.Columns.Tile], 2)]);
        var tile = body.Node("Slice", [image, from, to, body.Constant("slice_axes", [2L, 3], 2)]);                                     // [N, 3, tile, tile]
        var patches = AddBackbone(body, tile, features);                                                                             // [N, h, w, C]
        var (h, w, channels) = features.TilePatches;
        body.Node("Identity", [goesOn], goesOn + "_again");
        body.Output(goesOn + "_again", OnnxType.Bool);
        body.Output(patches, OnnxType.Float, -1, h, w, channels);

        var all = graph.Node("Loop", [graph.Constant("tiles", [(long)tiles.Count]), ""], ("body", body.Graph));                        // [T, N, h, w, C]
        var byImage = graph.Reshape(graph.Node("Transpose", [all], ("perm", [1, 0, 2, 3, 4])), 0, (long)tiles.Count * h * w, channels);   // [N, T h w, C]
        var stitched = graph.Node("Gather", [byImage, graph.Constant("giver", Givers(tiles, h, w), tiles.Rows.Patches * tiles.Columns.Patches)], ("axis", 1L));
        return graph.Reshape(stitched, -1, tiles.Rows.Patches, tiles.Columns.Patches, channels);
    }

    // For every patch of the image, which patch of which tile it is: an index into [T, h, w].
    private static long[] Givers(TileGrid tiles, int h, int w)
    {
        var givers = new long[tiles.Rows.Patches * tiles.Columns.Patches];
        for (int tile = 0; tile < tiles.Count; tile++)
        {
            int row = tile / tiles.Columns.Count, column = tile % tiles.Columns.Count;
            var (top, bottom) = tiles.Rows.Given(row);
            var (left, right) = tiles.Columns.Given(column);
            for (int y = top; y < bottom; y++)
                for (int x = left; x < right; x++)
                    givers[y * tiles.Columns.Patches + x] = (tile * h + y - tiles.Rows.FirstPatch(row)) * (long)w + x - tiles.Columns.FirstPatch(column);
        }
        return givers;
    }
}
