using Microsoft.ML;

namespace DxmiMlNet.Pipeline;

/// <summary>What a row-wise stage supplies; the lazy view, the cursors and the row mapper around it are generic.</summary>
internal interface IRowModel
{
    /// <summary>Checks the input's schema and names the columns that the stage reads.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or has another type; the message names both.</exception>
    DataViewSchema.Column[] BindInputs(DataViewSchema inputSchema);

    /// <summary>The columns that the stage adds, in the order of the getters.</summary>
    DataViewSchema.DetachedColumn[] Outputs(DataViewSchema inputSchema);

    /// <summary>
    /// Getters for the active outputs of one row or cursor, null where inactive. Called once a cursor; what the getters of one row
    /// share is cached on <see cref="DataViewRow.Position"/> (see <see cref="RowCache"/>).
    /// </summary>
    Delegate?[] CreateGetters(DataViewRow input, Func<int, bool> isActive);
}
