using DxmiMlNet.Columns;
using DxmiMlNet.Pipeline;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Explanation;

/// <summary>Reads one row's map and photograph. The photograph stays its producer's, who replaces or disposes it at the next row.</summary>
internal sealed class MapAndImage
{
    private readonly DataViewRow _row;
    private readonly DataViewSchema.Column _mapColumn;
    private readonly DataViewSchema.Column _imageColumn;
    private readonly ValueGetter<VBuffer<float>> _getMap;
    private readonly ValueGetter<MLImage> _getImage;
    private readonly Func<bool[]?> _getIgnored;
    private VBuffer<float> _buffer;
    private MLImage _image = null!;

    public MapAndImage(DataViewRow row, MapStageColumns columns)
    {
        _row = row;
        _mapColumn = MapColumns.RequireMap(row.Schema, columns.Map);
        _imageColumn = MapColumns.RequireImage(row.Schema, columns.Image);
        (Height, Width, _) = InputColumns.Grid(_mapColumn);
        Map = new float[Height * Width];
        _getMap = row.GetGetter<VBuffer<float>>(_mapColumn);
        _getImage = row.GetGetter<MLImage>(_imageColumn);
        _getIgnored = IgnoredColumn.Reader(row, columns.Ignored is { } ignored ? row.Schema[ignored] : null);
    }

    /// <summary>Rows of the map.</summary>
    public int Height { get; }

    /// <summary>Columns of the map.</summary>
    public int Width { get; }

    /// <summary>[Height, Width], of the row last read.</summary>
    public float[] Map { get; }

    /// <summary>[Height, Width], true for the patches that are ignored, of the row last read; null where none is.</summary>
    public bool[]? Ignored { get; private set; }

    /// <summary>The photograph of the row last read.</summary>
    public MLImage Image => _image;

    /// <summary>Reads the current row.</summary>
    /// <exception cref="DxmiException">It has no image, or its map holds what is not a number.</exception>
    public void Read()
    {
        _getMap(ref _buffer);
        _buffer.CopyTo(Map);
        MapColumns.CheckFinite(Map, _mapColumn.Name, _row.Position);
        Ignored = _getIgnored();
        _getImage(ref _image);
        if (_image is null)
            throw new DxmiException($"Column '{_imageColumn.Name}' of row {_row.Position} holds no image.", "Every row should have one.",
                "Look whether that row's file could be read.");
    }
}
