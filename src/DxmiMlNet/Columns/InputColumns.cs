using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Columns;

/// <summary>Finds a stage's input columns and says plainly when they are missing or of another type.</summary>
internal static class InputColumns
{
    /// <summary>The column of that name whose type satisfies <paramref name="fits"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or has another type.</exception>
    public static DataViewSchema.Column Require(DataViewSchema schema, string name, string expected, Func<DataViewType, bool> fits)
    {
        var column = schema.GetColumnOrNull(name) ?? throw Missing(name, expected, schema.Where(c => !c.IsHidden).Select(c => c.Name));
        return fits(column.Type) ? column : throw Mistyped(name, expected, column.Type.ToString()!);
    }

    /// <summary>The promised column of that name which satisfies <paramref name="fits"/>; called before any data is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is missing or has another type.</exception>
    public static SchemaShape.Column Require(SchemaShape schema, string name, string expected, Func<SchemaShape.Column, bool> fits)
    {
        var column = schema.FirstOrDefault(c => c.Name == name);
        if (column.Name is null)
            throw Missing(name, expected, schema.Select(c => c.Name));
        return fits(column) ? column : throw Mistyped(name, expected, $"{column.Kind} of {column.ItemType}");
    }

    /// <summary>Whether a promised column is one value of that item type.</summary>
    public static bool IsScalar(SchemaShape.Column column, DataViewType itemType)
        => column.Kind == SchemaShape.Column.VectorKind.Scalar && column.ItemType == itemType;

    /// <summary>Whether a promised column is a vector of known size of Single.</summary>
    public static bool IsKnownSizeVector(SchemaShape.Column column)
        => column.Kind == SchemaShape.Column.VectorKind.Vector && column.ItemType == NumberDataViewType.Single;

    /// <summary>Whether a column is a vector of known size of Single.</summary>
    public static bool IsKnownSizeVector(DataViewType type)
        => type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType == NumberDataViewType.Single;

    /// <summary>The grid of a known-size vector: [H, W, C]; a plain vector of n values is one patch, [1, 1, n].</summary>
    public static (int Height, int Width, int Channels) Grid(DataViewSchema.Column column)
    {
        var vector = (VectorDataViewType)column.Type;
        return vector.Dimensions.Length switch
        {
            3 => (vector.Dimensions[0], vector.Dimensions[1], vector.Dimensions[2]),
            2 => (vector.Dimensions[0], vector.Dimensions[1], 1),
            _ => (1, 1, vector.Size),
        };
    }

    private static ArgumentOutOfRangeException Missing(string name, string expected, IEnumerable<string> present)
        => new("inputSchema", $"Column '{name}' is missing. Expected {expected}. Add it, or name another column in the options; the data has {string.Join(", ", present)}.");

    private static ArgumentOutOfRangeException Mistyped(string name, string expected, string actual)
        => new("inputSchema", $"Column '{name}' is {actual}. Expected {expected}. Convert it, or name another column in the options.");
}
