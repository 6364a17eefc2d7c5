using DxmiMlNet.Columns;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet;

/// <summary>
/// Scores calibration images once and keeps score and map of each, a few thousand numbers, for the stages that learn from them. Several detectors may
/// each score their own.
/// </summary>
internal sealed class CalibrationScores(MLContext mlContext, int expected, IProgress<InspectionProgress>? progress, CancellationToken cancellation)
{
    private readonly List<MaskedRow> _rows = [];
    private (int Height, int Width, int) _grid;
    private bool _ignores;

    /// <summary>Scores images that the detector was not fitted on.</summary>
    /// <param name="scored">A view with what the detector gives for them.</param>
    public void Add(IDataView scored)
    {
        var scoreColumn = scored.Schema["Score"];
        var mapColumn = scored.Schema["AnomalyMap"];
        var ignoredColumn = scored.Schema.GetColumnOrNull(IgnoredColumn.DefaultName);
        _grid = InputColumns.Grid(mapColumn);
        _ignores = ignoredColumn is not null;
        using var cursor = scored.GetRowCursor(new[] { scoreColumn, mapColumn, ignoredColumn }.OfType<DataViewSchema.Column>());
        var getScore = cursor.GetGetter<float>(scoreColumn);
        var getMap = cursor.GetGetter<VBuffer<float>>(mapColumn);
        var getIgnored = IgnoredColumn.Reader(cursor, ignoredColumn);
        float score = 0;
        VBuffer<float> map = default;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancellationRequested();
            getScore(ref score);
            getMap(ref map);
            _rows.Add(new MaskedRow { Score = score, AnomalyMap = [.. map.DenseValues()], Ignored = [.. getIgnored() ?? new bool[map.Length]] });
            progress?.Report(InspectionProgress.Of("Calibrating", _rows.Count, expected));
        }
    }

    /// <summary>
    /// A view with the columns Score, AnomalyMap, Image and, where patches can be ignored, Ignored; the images are not kept, and none of the stages that
    /// learn from it looks at them.
    /// </summary>
    public IDataView ToView() => _ignores ? View(_rows) : View<Row>(_rows);

    private IDataView View<TRow>(IEnumerable<TRow> rows)
        where TRow : Row
    {
        var definition = SchemaDefinition.Create(typeof(TRow));
        definition[nameof(Row.AnomalyMap)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, _grid.Height, _grid.Width);
        definition[nameof(Row.Image)].ColumnType = new ImageDataViewType();
        if (_ignores)
            definition[nameof(MaskedRow.Ignored)].ColumnType = new VectorDataViewType(BooleanDataViewType.Instance, _grid.Height, _grid.Width);
        return mlContext.Data.LoadFromEnumerable(rows, definition);
    }

    private class Row
    {
        public float Score { get; set; }
        public float[] AnomalyMap { get; set; } = [];

        [ImageType(1, 1)]   // the definition says "of any size" instead
        public MLImage? Image { get; set; }
    }

    private sealed class MaskedRow : Row
    {
        public bool[] Ignored { get; set; } = [];
    }
}
