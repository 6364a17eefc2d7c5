namespace DxmiMlNet.Features;

/// <summary>
/// The features of one image tile by tile: tiles are cut from the preprocessed image, computed, and stitched. One tile at a time: several at once
/// need more memory and were not faster.
/// </summary>
internal sealed class PatchFeatureTiles
{
    private readonly PatchFeatureModel _model;
    private readonly TileGrid _tiles;
    private readonly float[] _input;      // [3, tile height, tile width]
    private readonly float[] _features;   // [h, w, C]

    public PatchFeatureTiles(PatchFeatureModel model, TileGrid tiles)
    {
        _model = model;
        _tiles = tiles;
        _input = new float[model.TileInputLength];
        _features = new float[model.TileOutputLength];
    }

    /// <param name="image">[3, height, width].</param>
    /// <param name="features">[H, W, C], filled.</param>
    public void Run(ReadOnlySpan<float> image, Span<float> features)
    {
        for (int tile = 0; tile < _tiles.Count; tile++)
        {
            Cut(image, tile);
            _model.Run(_input, 1, _features);
            Stitch(tile, features);
        }
    }

    private void Cut(ReadOnlySpan<float> image, int tile)
    {
        int left = _tiles.Columns.Start(tile % _tiles.Columns.Count), top = _tiles.Rows.Start(tile / _tiles.Columns.Count);
        int height = _tiles.Rows.Tile, width = _tiles.Columns.Tile;
        for (int channel = 0, at = 0; channel < 3; channel++)
            for (int y = top; y < top + height; y++, at += width)
                image.Slice((channel * _model.Height + y) * _model.Width + left, width).CopyTo(_input.AsSpan(at));
    }

    private void Stitch(int tile, Span<float> features)
    {
        int row = tile / _tiles.Columns.Count, column = tile % _tiles.Columns.Count;
        int firstRow = _tiles.Rows.FirstPatch(row), firstColumn = _tiles.Columns.FirstPatch(column);
        var (top, bottom) = _tiles.Rows.Given(row);
        var (left, right) = _tiles.Columns.Given(column);
        var (_, tileWidth, channels) = _model.TilePatches;
        for (int y = top; y < bottom; y++)
            _features.AsSpan(((y - firstRow) * tileWidth + left - firstColumn) * channels, (right - left) * channels)
                .CopyTo(features[((y * _model.Grid.Width + left) * channels)..]);
    }
}
