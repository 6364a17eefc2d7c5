namespace DxmiMlNet.Features.Tiles;

/// <summary>
/// Where tiles lie along one side of an image, and which patches each of them gives: a patch is given by the tile in whose inside it lies deepest,
/// so that neighbours change over in the middle of their overlap. Tiles begin at multiples of a unit, at which the grids of all taps begin a cell:
/// a tile's patches are patches of the image. The first begins and the last ends with the image; where sizes do not divide, tiles overlap more.
/// </summary>
internal sealed class TileAxis
{
    private readonly int _units;       // from the first tile's start to the last one's
    private readonly int _unit;
    private readonly int _patch;

    /// <param name="side">Pixels of the image, a multiple of the unit.</param>
    /// <param name="tile">Pixels of a tile, a multiple of the unit.</param>
    /// <param name="overlap">Fewest pixels that neighbours share, at most <paramref name="tile"/> - <paramref name="unit"/>.</param>
    /// <param name="unit">Pixels; a multiple of <paramref name="patch"/> and of every stride.</param>
    /// <param name="patch">Pixels between two patches.</param>
    public TileAxis(int side, int tile, int overlap, int unit, int patch)
    {
        Side = side;
        Tile = Math.Min(side, tile);   // a side that is no longer than a tile is taken whole
        _unit = unit;
        _patch = patch;
        _units = (side - Tile) / unit;
        int most = (tile - overlap) / unit;   // between the starts of two neighbours
        Count = 1 + (_units + most - 1) / most;
        Patches = side / patch;
    }

    /// <summary>Pixels of the image.</summary>
    public int Side { get; }

    /// <summary>Pixels of a tile.</summary>
    public int Tile { get; }

    /// <summary>Number of tiles.</summary>
    public int Count { get; }

    /// <summary>Patches of the image.</summary>
    public int Patches { get; }

    /// <summary>Patches of a tile.</summary>
    public int TilePatches => Tile / _patch;

    /// <summary>The first pixel of a tile.</summary>
    // Whole units, spread evenly: gaps differ by one unit at most, and none is above the rounded-up mean.
    public int Start(int index) => Count == 1 ? 0 : (int)((long)index * _units / (Count - 1)) * _unit;

    /// <summary>The first patch of a tile, counted in the image.</summary>
    public int FirstPatch(int index) => Start(index) / _patch;

    /// <summary>The patches of the image that a tile gives: the first, and the one after the last.</summary>
    public (int From, int To) Given(int index) => (Cut(index), Cut(index + 1));

    // The middle of the overlap of a tile and the one before it.
    private int Cut(int index) => index == 0 ? 0 : index == Count ? Patches : (Start(index) + Start(index - 1) + Tile) / (2 * _patch);
}
