using DxmiMlNet.Onnx;

namespace DxmiMlNet.Detection.Parts;

/// <summary>What held-back good rows say of a method's map: its scale by position, and the pooled statistics that make a score of it.</summary>
/// <param name="Scale">Brings the map to scale.</param>
/// <param name="Score">The score of the scaled map.</param>
internal sealed record MapStandard(MapScale Scale, PooledScore Score)
{
    /// <param name="maps">Raw maps of held-back rows, one or more.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    public static MapStandard Of(IReadOnlyList<HeldBackMap> maps, int height, int width)
    {
        var scale = MapScale.Of(maps, height, width);
        return new MapStandard(scale, PooledScore.Of([.. maps.Select(map => map with { Values = scale.Apply(map.Values) })], PooledScore.UsualShares));
    }

    /// <summary>The raw maps of rows by graphs that have not seen them.</summary>
    /// <param name="rows">All rows.</param>
    /// <param name="sessionOf">For a row the detector's graph, without standardisation, masks and the row itself; null for a row that is not scored.</param>
    /// <param name="grid">[H, W, C].</param>
    /// <param name="cancellation">Stops soon.</param>
    public static List<HeldBackMap> Maps(StoredRows rows, Func<int, OnnxSession?> sessionOf, (int Height, int Width, int Channels) grid,
        CancellationToken cancellation)
    {
        var maps = new List<HeldBackMap>();
        var score = new float[1];
        rows.ForEach((row, features, ignored) =>
        {
            if (sessionOf(row) is not { } session)
                return;
            var map = new float[grid.Height * grid.Width];
            session.Run((DetectionGraph.Input, features, [1, grid.Height, grid.Width, grid.Channels]),
                (DetectionGraph.Map, map, [1, grid.Height, grid.Width]), (DetectionGraph.Score, score, [1]));
            maps.Add(new HeldBackMap(map, ignored is null ? null : [.. ignored]));
        }, cancellation);
        return maps;
    }
}
