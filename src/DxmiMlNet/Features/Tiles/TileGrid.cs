using DxmiMlNet.Features.Backbones;

namespace DxmiMlNet.Features.Tiles;

/// <summary>The overlapping tiles of an image, row by row.</summary>
internal sealed class TileGrid
{
    private TileGrid(int size, int overlap, TileAxis rows, TileAxis columns)
    {
        Size = size;
        Overlap = overlap;
        Rows = rows;
        Columns = columns;
    }

    /// <summary>Pixels of a tile's side, as asked for; a side of the image that is shorter is taken whole.</summary>
    public int Size { get; }

    /// <summary>Fewest pixels that neighbours share.</summary>
    public int Overlap { get; }

    public TileAxis Rows { get; }

    public TileAxis Columns { get; }

    /// <summary>Number of tiles.</summary>
    public int Count => Rows.Count * Columns.Count;

    /// <summary>Cuts an image into tiles; null where the size is 0: the whole image at once.</summary>
    /// <param name="backbone">Whose strides decide where tiles may begin.</param>
    /// <param name="height">Image height in pixels.</param>
    /// <param name="width">Image width in pixels.</param>
    /// <param name="size">Pixels of a tile's side, or 0.</param>
    /// <param name="overlap">Fewest pixels that neighbours share.</param>
    /// <exception cref="ArgumentOutOfRangeException">The sizes do not fit each other or the backbone; the message names some that do.</exception>
    public static TileGrid? Of(BackboneDescription backbone, int height, int width, int size, int overlap)
    {
        if (size == 0)
            return null;
        int unit = backbone.Taps.Select(t => t.Stride).Aggregate(backbone.PatchStride, LeastCommonMultiple);
        int smallest = Multiple(BackboneDescription.SmallestImageSize, up: true);
        string strides = string.Join(", ", backbone.Taps.Select(t => t.Stride));
        string aligned = $"{unit}, of which the grid stride {backbone.PatchStride} and the strides {strides} are divisors";
        if (size < smallest || size % unit != 0)
            throw Refuse(nameof(size), $"The tile size {size} does not suit backbone '{backbone.Name}'",
                $"{smallest} or more and a multiple of {aligned}, was expected", $"Take {Nearby(size)}");
        if (height % unit != 0 || width % unit != 0)
            throw Refuse(nameof(size), $"An image of {height} x {width} pixels cannot be tiled for backbone '{backbone.Name}': "
                + "its tiles' patches would lie beside those of the image",
                $"Sides that are multiples of {aligned}, were expected", $"Take {Nearby(height)} x {Nearby(width)}, or no tiles");
        if (size >= Math.Max(height, width))
            throw Refuse(nameof(size), $"A tile of {size} pixels covers the whole image of {height} x {width}",
                "Tiles smaller than the image were expected", $"Ask for a larger image, such as {2 * size}, or leave the tile size out");
        if (overlap < 0 || overlap > size - unit)
            throw Refuse(nameof(overlap), $"The tile overlap {overlap} does not suit tiles of {size} pixels",
                $"0 to {size - unit} was expected", $"Take {Multiple(size / 2, up: false)}");
        return new TileGrid(size, overlap, Axis(height), Axis(width));

        TileAxis Axis(int side) => new(side, size, overlap, unit, backbone.PatchStride);

        int Nearby(int pixels) => Math.Max(smallest, Multiple(pixels + unit / 2, up: false));

        int Multiple(int pixels, bool up) => (pixels + (up ? unit - 1 : 0)) / unit * unit;

        static int LeastCommonMultiple(int a, int b) => a / (int)System.Numerics.BigInteger.GreatestCommonDivisor(a, b) * b;

        static ArgumentOutOfRangeException Refuse(string name, string what, string expected, string remedy) => new(name, $"{what}. {expected}. {remedy}.");
    }
}
