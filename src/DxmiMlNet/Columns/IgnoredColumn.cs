using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Columns;

/// <summary>Which patches of an image are to be ignored, as a column: Vector of Boolean [H, W], as <c>IgnoreRegions</c> gives it.</summary>
internal static class IgnoredColumn
{
    /// <summary>The name that stages look for by themselves: only it may be absent, any other was asked for.</summary>
    public const string DefaultName = "Ignored";

    public const string Expected = "which patches are ignored: a vector of Boolean with dimensions [height, width], as IgnoreRegions gives it";

    /// <summary>The column, with the grid of the patches; null when there is none to look at.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It was asked for and is missing, or has another type or size.</exception>
    public static DataViewSchema.Column? Find(DataViewSchema schema, string? name, (int Height, int Width, int Channels) grid)
        => name is null || (name == DefaultName && schema.GetColumnOrNull(name) is null) ? null : Require(schema, name, grid);

    /// <exception cref="ArgumentOutOfRangeException">It is missing, or has another type or size.</exception>
    public static DataViewSchema.Column Require(DataViewSchema schema, string name, (int Height, int Width, int Channels) grid)
        => InputColumns.Require(schema, name, $"{Expected}, here {grid.Height} x {grid.Width}",
            type => type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == BooleanDataViewType.Instance
                && vector.Size == grid.Height * grid.Width);

    /// <summary>The same check on a promised schema, before any data is read; sizes are not promised.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It was asked for and is missing, or has another type.</exception>
    public static void Check(SchemaShape schema, string? name)
    {
        if (name is not null && (name != DefaultName || schema.Any(c => c.Name == name)))
            InputColumns.Require(schema, name, Expected, c => c.Kind == SchemaShape.Column.VectorKind.Vector && c.ItemType == BooleanDataViewType.Instance);
    }

    /// <summary>Reads the current row: [H W], true where ignored; null where nothing is. Valid until the next call.</summary>
    /// <exception cref="DxmiException">Thrown by the reader where all patches are ignored.</exception>
    public static Func<bool[]?> Reader(DataViewRow row, DataViewSchema.Column? column)
    {
        if (column is not { } present)
            return () => null;
        var get = row.GetGetter<VBuffer<bool>>(present);
        VBuffer<bool> buffer = default;
        var ignored = new bool[((VectorDataViewType)present.Type).Size];
        return () =>
        {
            get(ref buffer);
            buffer.CopyTo(ignored);
            return Array.TrueForAll(ignored, i => !i) ? null
                : Array.TrueForAll(ignored, i => i) ? throw AllIgnored($"All patches of row {row.Position} are ignored.")
                : ignored;
        };
    }

    /// <summary>Its part of a stage's payload: whether there is a column (bool), and its name (string) if so.</summary>
    public static void Write(BinaryWriter writer, string? name)
    {
        writer.Write(name is not null);
        if (name is not null)
            writer.Write(name);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static string? Read(BinaryReader reader) => reader.ReadBoolean() ? reader.ReadString() : null;

    /// <summary>Gives the pixels of ignored patches a value: a pixel belongs to the patch under its centre.</summary>
    /// <param name="ignored">[h, w]; null where nothing is ignored.</param>
    /// <param name="h">Rows of patches.</param>
    /// <param name="w">Columns of patches.</param>
    /// <param name="pixels">[height, width].</param>
    /// <param name="height">Rows of pixels.</param>
    /// <param name="width">Columns of pixels.</param>
    /// <param name="value">The value.</param>
    public static void Fill<T>(bool[]? ignored, int h, int w, Span<T> pixels, int height, int width, T value)
    {
        if (ignored is null)
            return;
        for (int y = 0; y < height; y++)
        {
            var row = ignored.AsSpan((int)((2L * y + 1) * h / (2L * height)) * w, w);
            for (int x = 0; x < width; x++)
                if (row[(int)((2L * x + 1) * w / (2L * width))])
                    pixels[y * width + x] = value;
        }
    }

    /// <summary>The error of an image of which nothing is left to look at.</summary>
    public static DxmiException AllIgnored(string what)
        => new(what, "A mask should leave at least one patch to inspect.", "Look at the mask of that image, or leave the image out.");
}
