using DxmiMlNet.Columns;
using DxmiMlNet.Decisions;
using DxmiMlNet.Images;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Evaluation;

/// <summary>Reads the images of a scored view beside their ground truth, in one pass.</summary>
internal sealed class ScoredImages
{
    private const string UnnamedDefect = "anomaly";

    private readonly IDataView _scored;
    private readonly DataViewSchema.Column _label, _score;
    private readonly DataViewSchema.Column? _predictedLabel, _map, _maskPath, _defectType, _imagePath, _ignored;
    private readonly int _resolution;

    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type.</exception>
    public ScoredImages(IDataView scored, InspectionEvaluationOptions options)
    {
        _scored = scored;
        _resolution = options.Resolution;
        var defaults = InspectionEvaluationOptions.Defaults;
        _label = InputColumns.Require(scored.Schema, options.LabelColumnName, LabelColumn.Expected, LabelColumn.Fits);
        _score = InputColumns.Require(scored.Schema, options.ScoreColumnName, "an anomaly score of Single", type => type == NumberDataViewType.Single);
        _predictedLabel = Optional(options.PredictedLabelColumnName, defaults.PredictedLabelColumnName, "a decision of Boolean",
            type => type == BooleanDataViewType.Instance);
        _map = Optional(options.MapColumnName, defaults.MapColumnName, "a map, Vector of Single with dimensions height, width", IsMap);
        _maskPath = Optional(options.MaskPathColumnName, defaults.MaskPathColumnName, "the path of a mask as Text", IsText);
        _defectType = Optional(options.DefectTypeColumnName, defaults.DefectTypeColumnName, "a type of defect as Text", IsText);
        _imagePath = Optional(options.ImagePathColumnName, defaults.ImagePathColumnName, "the path of an image as Text", IsText);
        if (_map is null || _maskPath is null)
            _map = _maskPath = null;   // one is of no use without the other, and a map may be costly
        _ignored = _map is { } m ? IgnoredColumn.Find(scored.Schema, options.IgnoredColumnName, InputColumns.Grid(m)) : null;
    }

    /// <summary>The images one by one; a map's array is used again for the next image.</summary>
    public IEnumerable<EvaluatedImage> Read()
    {
        var needed = new[] { _label, _score, _predictedLabel, _map, _maskPath, _defectType, _imagePath, _ignored }.OfType<DataViewSchema.Column>();
        using var cursor = _scored.GetRowCursor(needed);
        var isAnomalous = LabelColumn.Reader(cursor, _label);
        var score = Reader<float>(cursor, _score);
        var rejected = Reader<bool>(cursor, _predictedLabel);
        var maskPath = Reader<ReadOnlyMemory<char>>(cursor, _maskPath);
        var defectType = Reader<ReadOnlyMemory<char>>(cursor, _defectType);
        var imagePath = Reader<ReadOnlyMemory<char>>(cursor, _imagePath);
        var map = MapReader(cursor);
        var ignored = IgnoredReader(cursor);
        while (cursor.MoveNext())
        {
            bool anomalous = isAnomalous();
            string path = $"{imagePath?.Invoke()}";
            string mask = $"{maskPath?.Invoke()}";
            string defect = $"{defectType?.Invoke()}";
            yield return new EvaluatedImage(
                path.Length > 0 ? path : $"row {cursor.Position}",
                defect.Length > 0 ? defect : UnnamedDefect,
                anomalous,
                score!(),
                rejected?.Invoke(),
                anomalous && mask.Length == 0 ? null : map?.Invoke(),
                anomalous && mask.Length > 0 ? LoadMask(mask, path) : null)
            {
                Ignored = ignored(),
            };
        }
    }

    private bool[] LoadMask(string maskPath, string imagePath)
    {
        if (File.Exists(imagePath))   // scores may be evaluated where the images are not
            MaskFile.CheckSize(maskPath, imagePath);
        return MaskFile.Load(maskPath, _resolution, _resolution);
    }

    private Func<float[]>? MapReader(DataViewRow row)
    {
        if (_map is not { } column)
            return null;
        var (height, width, _) = InputColumns.Grid(column);
        var read = Reader<VBuffer<float>>(row, column)!;
        var dense = new float[height * width];
        var resized = new float[_resolution * _resolution];
        return () =>
        {
            read().CopyTo(dense);
            MapResizer.Resize(dense, height, width, resized, _resolution, _resolution);
            return resized;
        };
    }

    private Func<bool[]?> IgnoredReader(DataViewRow row)
    {
        if (_map is not { } map || _ignored is null)
            return () => null;
        var (height, width, _) = InputColumns.Grid(map);
        var read = IgnoredColumn.Reader(row, _ignored);
        return () =>
        {
            if (read() is not { } patches)
                return null;
            var pixels = new bool[_resolution * _resolution];
            IgnoredColumn.Fill(patches, height, width, pixels, _resolution, _resolution, true);
            return pixels;
        };
    }

    private DataViewSchema.Column? Optional(string? name, string? defaultName, string expected, Func<DataViewType, bool> fits)
        => name is null || name == defaultName && _scored.Schema.GetColumnOrNull(name) is null ? null : InputColumns.Require(_scored.Schema, name, expected, fits);

    private static bool IsText(DataViewType type) => type == TextDataViewType.Instance;

    private static bool IsMap(DataViewType type)
        => InputColumns.IsKnownSizeVector(type) && ((VectorDataViewType)type).Dimensions is [_, _] or [_, _, 1] or [1];   // [1]: plain data, one value a row

    private static Func<T>? Reader<T>(DataViewRow row, DataViewSchema.Column? column)
    {
        if (column is null)
            return null;
        var getter = row.GetGetter<T>(column.Value);
        T value = default!;
        return () =>
        {
            getter(ref value);
            return value;
        };
    }
}
