using Microsoft.ML;

namespace DxmiMlNet.Pipeline;

/// <summary>
/// The lazy view of a stage that computes several rows at once. A second cursor reads ahead over the stage's inputs only; the first one serves
/// all other columns, and the two stay in step. Nothing is read ahead unless an added column is active.
/// </summary>
internal sealed class BatchedRowDataView(IDataView source, RowBinding binding, IBatchModel model) : IDataView
{
    private readonly RowMappedDataView _rowByRow = new(source, binding);

    public DataViewSchema Schema => binding.OutputSchema;
    public bool CanShuffle => source.CanShuffle;
    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var wanted = columnsNeeded.ToArray();
        return Computes(wanted) ? MakeCursor(wanted, rand) : _rowByRow.GetRowCursor(wanted, rand);
    }

    // One cursor, whatever is asked for: the parallelism is inside a batch.
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var wanted = columnsNeeded.ToArray();
        return Computes(wanted) ? [MakeCursor(wanted, rand)] : _rowByRow.GetRowCursorSet(wanted, n, rand);
    }

    private bool Computes(DataViewSchema.Column[] wanted) => Array.Exists(binding.ActiveOutputs(wanted), active => active);

    private BatchedRowCursor MakeCursor(DataViewSchema.Column[] wanted, Random? rand)
    {
        // Both cursors shuffle alike: the same seed, each its own generator.
        int? seed = rand?.Next();
        var served = wanted.Where(c => c.Index < binding.InputSchema.Count).Select(c => binding.InputSchema[c.Index]);
        var rows = source.GetRowCursor(served, Generator());
        DataViewRowCursor? ahead = null;
        try
        {
            ahead = source.GetRowCursor(binding.Inputs, Generator());
            return new BatchedRowCursor(binding, model, rows, ahead, wanted);
        }
        catch
        {
            ahead?.Dispose();
            rows.Dispose();
            throw;
        }

        Random? Generator() => seed is { } s ? new Random(s) : null;
    }
}
