namespace DxmiMlNet.Features;

/// <summary>The features of one image tile by tile: tiles are cut from the preprocessed image, computed some at a time, and stitched.</summary>
internal sealed class PatchFeatureTiles
{
    private readonly PatchFeatureModel _model;
    private readonly TileGrid _tiles;
    private readonly int _atOnce;
    private readonly float[] _inputs;     // [atOnce, 3, tile height, tile width]
    private readonly float[] _features;   // [atOnce, h, w, C]

    public PatchFeatureTiles(PatchFeatureModel model, TileGrid tiles, int atOnce)
    {
        _model = model;
        _tiles = tiles;
        _atOnce = atOnce;
        _inputs = new float[atOnce * model.TileInputLength];
        _features = new float[atOnce * model.TileOutputLength];
    }

    /// <param name="image">[3, height, width].</param>
    /// <param name="features">[H, W, C], filled.</param>
    public void Run(ReadOnlySpan<float> image, Span<float> features)
    {
        for (int first = 0; first < _tiles.Count; first += _atOnce)
        {
            int count = Math.Min(_atOnce, _tiles.Count - first);
            for (int i = 0; i < count; i++)
                Cut(image, first + i, _inputs.AsSpan(i * _model.TileInputLength, _model.TileInputLength));
            _model.Run(_inputs, count, _features);
            for (int i = 0; i < count; i++)
                Stitch(_features.AsSpan(i * _model.TileOutputLength, _model.TileOutputLength), first + i, features);
        }
    }

    private void Cut(ReadOnlySpan<float> image, int tile, Span<float> destination)
    {
        int left = _tiles.Columns.Start(tile % _tiles.Columns.Count), top = _tiles.Rows.Start(tile / _tiles.Columns.Count);
        int height = _tiles.Rows.Tile, width = _tiles.Columns.Tile;
        for (int channel = 0, at = 0; channel < 3; channel++)
            for (int y = top; y < top + height; y++, at += width)
                image.Slice((channel * _model.Height + y) * _model.Width + left, width).CopyTo(destination[at..]);
    }

    private void Stitch(ReadOnlySpan<float> features, int tile, Span<float> destination)
    {
        int row = tile / _tiles.Columns.Count, column = tile % _tiles.Columns.Count;
        int firstRow = _tiles.Rows.FirstPatch(row), firstColumn = _tiles.Columns.FirstPatch(column);
        var (top, bottom) = _tiles.Rows.Given(row);
        var (left, right) = _tiles.Columns.Given(column);
        var (_, tileWidth, channels) = _model.TilePatches;
        for (int y = top; y < bottom; y++)
            features.Slice(((y - firstRow) * tileWidth + left - firstColumn) * channels, (right - left) * channels)
                .CopyTo(destination[((y * _model.Grid.Width + left) * channels)..]);
    }
}
