using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Columns;

/// <summary>The truth about an image as a column: Boolean, or Single with 0 for good and anything above for anomalous.</summary>
internal static class LabelColumn
{
    /// <summary>The name that stages look for by themselves: only it may be absent, any other was asked for.</summary>
    public const string DefaultName = "Label";

    /// <summary>The types that a label may have, for messages.</summary>
    public const string Expected = "a label of Boolean, or of Single with 0 for good and 1 for anomalous";

    /// <summary>Whether a column's type can be a label.</summary>
    public static bool Fits(DataViewType type) => type == NumberDataViewType.Single || type == BooleanDataViewType.Instance;

    /// <summary>The label column; null when there is none to look at.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It was asked for and is missing, or has another type.</exception>
    public static DataViewSchema.Column? Find(DataViewSchema schema, string? name)
        => name is null || (name == DefaultName && schema.GetColumnOrNull(name) is null) ? null : InputColumns.Require(schema, name, Expected, Fits);

    /// <summary>The same check on a promised schema, before any data is read.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It was asked for and is missing, or has another type.</exception>
    public static void Check(SchemaShape schema, string? name)
    {
        if (name is not null && (name != DefaultName || schema.Any(c => c.Name == name)))
            InputColumns.Require(schema, name, Expected, c => c.Kind == SchemaShape.Column.VectorKind.Scalar && Fits(c.ItemType));
    }

    /// <summary>Reads whether the current row is anomalous; without a column every row is good.</summary>
    /// <exception cref="DxmiException">Thrown by the reader where a label is NaN.</exception>
    public static Func<bool> Reader(DataViewRow row, DataViewSchema.Column? label)
    {
        if (label is not { } column)
            return () => false;
        if (column.Type == BooleanDataViewType.Instance)
        {
            var getBoolean = row.GetGetter<bool>(column);
            return () =>
            {
                bool value = false;
                getBoolean(ref value);
                return value;
            };
        }
        var getSingle = row.GetGetter<float>(column);
        return () =>
        {
            float value = 0;
            getSingle(ref value);
            return float.IsNaN(value)
                ? throw new DxmiException($"Row {row.Position} (from 0) has no label: column '{column.Name}' is NaN.",
                    "0 for good or 1 for anomalous was expected.", "Label that image, or leave it out.")
                : value > 0;
        };
    }
}
