using Microsoft.ML;

namespace DxmiMlNet.Pipeline;

/// <summary>Input schema and added columns; shared by the lazy view, its cursors and the row mapper.</summary>
internal sealed class RowBinding
{
    public RowBinding(DataViewSchema inputSchema, IRowModel model)
    {
        InputSchema = inputSchema;
        Model = model;
        Inputs = model.BindInputs(inputSchema);
        var added = model.Outputs(inputSchema);
        AddedCount = added.Length;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);          // keeps indices 0..n-1, hidden columns included
        builder.AddColumns(added);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }
    public DataViewSchema OutputSchema { get; }
    public DataViewSchema.Column[] Inputs { get; }
    public IRowModel Model { get; }
    public int AddedCount { get; }

    /// <summary>Which of the added columns are among the wanted ones.</summary>
    public bool[] ActiveOutputs(IEnumerable<DataViewSchema.Column> wanted)
    {
        var active = new bool[AddedCount];
        foreach (var column in wanted)
            if (column.Index >= InputSchema.Count)
                active[column.Index - InputSchema.Count] = true;
        return active;
    }

    /// <summary>The input columns that the wanted output columns need, and no others.</summary>
    public IEnumerable<DataViewSchema.Column> Dependencies(IEnumerable<DataViewSchema.Column> wanted)
    {
        var needed = new bool[InputSchema.Count];
        bool anyAdded = false;
        foreach (var column in wanted)
        {
            if (column.Index < InputSchema.Count)
                needed[column.Index] = true;
            else
                anyAdded = true;
        }
        if (anyAdded)
            foreach (var column in Inputs)
                needed[column.Index] = true;
        return InputSchema.Where(c => needed[c.Index]);
    }
}
