using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Pipeline;

/// <summary>The lazy view: nothing is computed before a cursor asks for an added column.</summary>
internal sealed class RowMappedDataView(IDataView source, RowBinding binding) : IDataView
{
    public DataViewSchema Schema => binding.OutputSchema;
    public bool CanShuffle => source.CanShuffle;
    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var wanted = columnsNeeded.ToArray();
        return new RowMappedCursor(binding, source.GetRowCursor(binding.Dependencies(wanted), rand), wanted);
    }

    // Every cursor of the set is wrapped: the stage's model is read-only, so they may run in parallel.
    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null)
    {
        var wanted = columnsNeeded.ToArray();
        var inputs = source.GetRowCursorSet(binding.Dependencies(wanted), n, rand);
        return Array.ConvertAll(inputs, cursor => (DataViewRowCursor)new RowMappedCursor(binding, cursor, wanted));
    }

    private sealed class RowMappedCursor(RowBinding binding, DataViewRowCursor input, DataViewSchema.Column[] wanted) : DataViewRowCursor
    {
        private readonly RowGetters _getters = new(binding, input, wanted);

        public override DataViewSchema Schema => binding.OutputSchema;
        public override long Position => input.Position;
        public override long Batch => input.Batch;
        public override bool MoveNext() => input.MoveNext();
        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();
        public override bool IsColumnActive(DataViewSchema.Column column) => _getters.IsActive(column);
        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _getters.Get<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
            base.Dispose(disposing);
        }
    }
}
