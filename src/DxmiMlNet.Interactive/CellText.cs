using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Interactive;

/// <summary>The value of a cell of a view as a short text.</summary>
internal static class CellText
{
    /// <summary>Reads the cell at the cursor's row whenever it is called; of a vector the first values and its length.</summary>
    public static Func<string> Getter(DataViewRow row, DataViewSchema.Column column, int values) => column.Type switch
    {
        TextDataViewType => Of<ReadOnlyMemory<char>>(row, column),
        BooleanDataViewType => Of<bool>(row, column),
        NumberDataViewType number when number.RawType == typeof(float) => Of<float>(row, column),
        NumberDataViewType number when number.RawType == typeof(double) => Of<double>(row, column),
        NumberDataViewType number when number.RawType == typeof(int) => Of<int>(row, column),
        NumberDataViewType number when number.RawType == typeof(long) => Of<long>(row, column),
        KeyDataViewType => Of<uint>(row, column),
        VectorDataViewType { ItemType: NumberDataViewType item } when item.RawType == typeof(float) => Vector(row, column, values),
        _ => () => column.Type.ToString() ?? "",
    };

    private static Func<string> Of<T>(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<T>(column);
        return () =>
        {
            T value = default!;
            getter(ref value);
            return value is float or double ? string.Create(CultureInfo.InvariantCulture, $"{value:G4}") : string.Create(CultureInfo.InvariantCulture, $"{value}");
        };
    }

    private static Func<string> Vector(DataViewRow row, DataViewSchema.Column column, int values)
    {
        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> value = default;
        return () =>
        {
            getter(ref value);
            string first = string.Join(", ", value.DenseValues().Take(values).Select(number => number.ToString("G4", CultureInfo.InvariantCulture)));
            return value.Length > values ? $"[{first}, ...] ({value.Length})" : $"[{first}]";
        };
    }
}
