namespace DxmiMlNet.Features.Tiles;

/// <summary>
/// The features of one image tile by tile: tiles are cut from the preprocessed image, computed, and stitched. One tile at a time: several at once
/// need more memory and were not faster.
/// </summary>
internal sealed class PatchFeatureTiles
{
    private readonly TileGrid _tiles;
    private readonly int _channels;
    private readonly Action<float[], float[]> _network;
    private readonly float[] _input;      // [3, tile height, tile width]
    private readonly float[] _features;   // [h, w, C]

    /// <param name="tiles">How the image is cut.</param>
    /// <param name="channels">Values of a patch.</param>
    /// <param name="network">Fills the features [h, w, C] of one tile [3, tile height, tile width].</param>
    public PatchFeatureTiles(TileGrid tiles, int channels, Action<float[], float[]> network)
    {
        _tiles = tiles;
        _channels = channels;
        _network = network;
        _input = new float[3 * tiles.Rows.Tile * tiles.Columns.Tile];
        _features = new float[tiles.Rows.TilePatches * tiles.Columns.TilePatches * channels];
    }

    /// <param name="image">[3, height, width].</param>
    /// <param name="features">[H, W, C], filled.</param>
    public void Run(ReadOnlySpan<float> image, Span<float> features)
    {
        for (int tile = 0; tile < _tiles.Count; tile++)
        {
            Cut(image, tile);
            _network(_input, _features);
            Stitch(tile, features);
        }
    }

    private void Cut(ReadOnlySpan<float> image, int tile)
    {
        int left = _tiles.Columns.Start(tile % _tiles.Columns.Count), top = _tiles.Rows.Start(tile / _tiles.Columns.Count);
        int height = _tiles.Rows.Tile, width = _tiles.Columns.Tile;
        for (int channel = 0, at = 0; channel < 3; channel++)
            for (int y = top; y < top + height; y++, at += width)
                image.Slice((channel * _tiles.Rows.Side + y) * _tiles.Columns.Side + left, width).CopyTo(_input.AsSpan(at));
    }

    private void Stitch(int tile, Span<float> features)
    {
        int row = tile / _tiles.Columns.Count, column = tile % _tiles.Columns.Count;
        int firstRow = _tiles.Rows.FirstPatch(row), firstColumn = _tiles.Columns.FirstPatch(column);
        var (top, bottom) = _tiles.Rows.Given(row);
        var (left, right) = _tiles.Columns.Given(column);
        for (int y = top; y < bottom; y++)
            _features.AsSpan(((y - firstRow) * _tiles.Columns.TilePatches + left - firstColumn) * _channels, (right - left) * _channels)
                .CopyTo(features[((y * _tiles.Columns.Patches + left) * _channels)..]);
    }
}
