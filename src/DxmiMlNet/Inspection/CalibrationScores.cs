using DxmiMlNet.Images;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Image;

namespace DxmiMlNet;

/// <summary>Scores the calibration images once and keeps score and map of each, a few thousand numbers, for the stages that learn from them.</summary>
internal static class CalibrationScores
{
    /// <returns>A view with the columns Score, AnomalyMap and Image; the images are not kept, and none of those stages looks at them.</returns>
    public static IDataView Read(MLContext mlContext, ITransformer detection, InspectionItem[] items, IProgress<InspectionProgress>? progress,
        CancellationToken cancellation)
    {
        var scored = detection.Transform(mlContext.Data.LoadInspectionImages(items));
        var scoreColumn = scored.Schema["Score"];
        var mapColumn = scored.Schema["AnomalyMap"];
        var rows = new List<Row>(items.Length);
        using (var cursor = scored.GetRowCursor([scoreColumn, mapColumn]))
        {
            var getScore = cursor.GetGetter<float>(scoreColumn);
            var getMap = cursor.GetGetter<VBuffer<float>>(mapColumn);
            float score = 0;
            VBuffer<float> map = default;
            while (cursor.MoveNext())
            {
                cancellation.ThrowIfCancellationRequested();
                getScore(ref score);
                getMap(ref map);
                rows.Add(new Row { Score = score, AnomalyMap = [.. map.DenseValues()] });
                progress?.Report(InspectionProgress.Of("Calibrating", rows.Count, items.Length));
            }
        }
        var (height, width, _) = Columns.Grid(mapColumn);
        var definition = SchemaDefinition.Create(typeof(Row));
        definition[nameof(Row.AnomalyMap)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, height, width);
        definition[nameof(Row.Image)].ColumnType = new ImageDataViewType();
        return mlContext.Data.LoadFromEnumerable(rows, definition);
    }

    private sealed class Row
    {
        public float Score { get; set; }
        public float[] AnomalyMap { get; set; } = [];

        [ImageType(1, 1)]   // the definition says "of any size" instead
        public MLImage? Image { get; set; }
    }
}
