using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Explanation;

/// <summary>What the estimators learn from: the median and the maximum of every good image's map; two numbers an image, however large the maps.</summary>
/// <param name="Medians">One a good image.</param>
/// <param name="Maxima">One a good image.</param>
internal sealed record GoodMaps(IReadOnlyList<float> Medians, IReadOnlyList<float> Maxima)
{
    /// <summary>Reads the maps of the good images, in one pass. Without a label column, every image counts as good.</summary>
    public static GoodMaps Read(IDataView data, string mapColumnName, string? labelColumnName)
    {
        var mapColumn = MapColumns.RequireMap(data.Schema, mapColumnName);
        var labelColumn = LabelColumn.Find(data.Schema, labelColumnName);
        var medians = new List<float>();
        var maxima = new List<float>();
        using var cursor = data.GetRowCursor(labelColumn is { } l ? [mapColumn, l] : [mapColumn]);
        var getMap = cursor.GetGetter<VBuffer<float>>(mapColumn);
        var isAnomalous = LabelColumn.Reader(cursor, labelColumn);
        VBuffer<float> buffer = default;
        while (cursor.MoveNext())
        {
            if (isAnomalous())
                continue;
            getMap(ref buffer);
            var values = new float[buffer.Length];
            buffer.CopyTo(values);
            MapColumns.CheckFinite(values, mapColumnName, cursor.Position);
            maxima.Add(values.Max());
            medians.Add(Median(values));
        }
        return new GoodMaps(medians, maxima);
    }

    /// <summary>The middle value; of an even count the mean of the two in the middle.</summary>
    public static float Median(IReadOnlyList<float> values)
    {
        var sorted = values.Order().ToArray();
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (float)((sorted[middle - 1] + (double)sorted[middle]) / 2);
    }
}
