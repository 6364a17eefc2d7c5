using DxmiMlNet.Diffusion;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Decisions;

/// <summary>The truth about an image as a column: Boolean, or Single with 0 for good and anything above for anomalous.</summary>
internal static class LabelColumn
{
    /// <summary>The types that a label may have, for messages.</summary>
    public const string Expected = "a label of Boolean, or of Single with 0 for good and 1 for anomalous";

    /// <summary>Whether a column's type can be a label.</summary>
    public static bool Fits(DataViewType type) => type == NumberDataViewType.Single || type == BooleanDataViewType.Instance;

    /// <summary>Reads whether the current row is anomalous.</summary>
    /// <exception cref="DxmiException">Thrown by the reader where a label is NaN.</exception>
    public static Func<bool> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type == BooleanDataViewType.Instance)
        {
            var getBoolean = row.GetGetter<bool>(column);
            return () =>
            {
                bool label = false;
                getBoolean(ref label);
                return label;
            };
        }
        var getSingle = row.GetGetter<float>(column);
        return () =>
        {
            float label = 0;
            getSingle(ref label);
            return float.IsNaN(label)
                ? throw new DxmiException($"Row {row.Position} (from 0) has no label: column '{column.Name}' is NaN.",
                    "0 for good or 1 for anomalous was expected.", "Label that image, or leave it out.")
                : label > 0;
        };
    }
}
