using DxmiMlNet.Columns;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Decisions;

/// <summary>
/// What the stages behind a detector learn from: the median and the maximum of every good image's map, ignored patches left out; two numbers an
/// image, however large the maps.
/// </summary>
/// <param name="Medians">One a good image.</param>
/// <param name="Maxima">One a good image.</param>
/// <param name="IgnoredColumnName">The column that says which patches are ignored; null where the data has none.</param>
internal sealed record GoodMaps(IReadOnlyList<float> Medians, IReadOnlyList<float> Maxima, string? IgnoredColumnName = null)
{
    /// <summary>
    /// The calibration of pixels by the maximum statistic: a good map has a pixel of p-value alpha or less exactly when its maximum has, and a
    /// maximum is one exchangeable number an image. So of good parts at most a share alpha shows any such pixel, however many pixels there are
    /// and however they depend on each other.
    /// </summary>
    public ConformalCalibration Calibration => new(Maxima);

    /// <summary>Reads the maps of the good images, in one pass. Without a label column, every image counts as good.</summary>
    public static GoodMaps Read(IDataView data, string mapColumnName, string? labelColumnName, string? ignoredColumnName)
    {
        var mapColumn = MapColumns.RequireMap(data.Schema, mapColumnName);
        var labelColumn = LabelColumn.Find(data.Schema, labelColumnName);
        var medians = new List<float>();
        var maxima = new List<float>();
        var ignoredColumn = IgnoredColumn.Find(data.Schema, ignoredColumnName, InputColumns.Grid(mapColumn));
        using var cursor = data.GetRowCursor(new[] { mapColumn, labelColumn, ignoredColumn }.OfType<DataViewSchema.Column>());
        var getIgnored = IgnoredColumn.Reader(cursor, ignoredColumn);
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
            if (getIgnored() is { } ignored)
                values = [.. values.Where((_, p) => !ignored[p])];
            maxima.Add(values.Max());
            medians.Add(Median(values));
        }
        return new GoodMaps(medians, maxima, ignoredColumn?.Name);
    }

    /// <summary>The middle value; of an even count the mean of the two in the middle.</summary>
    public static float Median(IReadOnlyList<float> values)
    {
        var sorted = values.Order().ToArray();
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (float)((sorted[middle - 1] + (double)sorted[middle]) / 2);
    }
}
