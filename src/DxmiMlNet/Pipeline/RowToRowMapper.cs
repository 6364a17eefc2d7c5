using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Pipeline;

/// <summary>What <c>PredictionEngine</c> and <c>TransformerChain</c> ask a row-wise transformer for.</summary>
internal sealed class RowToRowMapper(RowBinding binding) : IRowToRowMapper
{
    public DataViewSchema InputSchema => binding.InputSchema;
    public DataViewSchema OutputSchema => binding.OutputSchema;

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
        => binding.Dependencies(dependingColumns);

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
        => new RowMappedRow(binding, input, [.. activeColumns]);

    private sealed class RowMappedRow(RowBinding binding, DataViewRow input, DataViewSchema.Column[] wanted) : DataViewRow
    {
        private readonly RowGetters _getters = new(binding, input, wanted);

        public override DataViewSchema Schema => binding.OutputSchema;
        public override long Position => input.Position;
        public override long Batch => input.Batch;
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
