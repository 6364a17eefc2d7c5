using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Pipeline;

/// <summary>
/// Two cursors over one source: <c>ahead</c> reads a batch of the stage's inputs, then <c>rows</c> walks through the same rows and serves all other columns.
/// <c>ahead</c> always goes first: a source that leaves out rows whose input it cannot read has found them out when <c>rows</c> gets there.
/// The batch is computed when a computed column of one of its rows is asked for. A row that cannot be read or computed throws when it is asked for,
/// not before: the other rows of its batch are served.
/// </summary>
internal sealed class BatchedRowCursor : DataViewRowCursor
{
    private readonly RowBinding _binding;
    private readonly DataViewRowCursor _rows;
    private readonly DataViewRowCursor _ahead;
    private readonly IRowBatch _batch;
    private readonly RowGetters _getters;
    private readonly ValueGetter<DataViewRowId> _rowId;
    private readonly ValueGetter<DataViewRowId> _aheadId;
    private readonly DataViewRowId[] _ids;                    // [capacity]
    private readonly ExceptionDispatchInfo?[] _errors;        // [capacity]
    private int _count;         // rows in the batch
    private int _slot = -1;     // which of them the caller is at
    private bool _isComputed;
    private bool _isAtEnd;      // of what is read ahead

    public BatchedRowCursor(RowBinding binding, IBatchModel model, DataViewRowCursor rows, DataViewRowCursor ahead, DataViewSchema.Column[] wanted)
    {
        _binding = binding;
        _rows = rows;
        _ahead = ahead;
        _batch = model.CreateBatch(ahead, model.BatchSize);
        _ids = new DataViewRowId[model.BatchSize];
        _errors = new ExceptionDispatchInfo?[model.BatchSize];
        _getters = new RowGetters(binding, rows, wanted, _batch.CreateGetters(ComputedSlot));
        _rowId = rows.GetIdGetter();
        _aheadId = ahead.GetIdGetter();
    }

    public override DataViewSchema Schema => _binding.OutputSchema;
    public override long Position => _rows.Position;
    public override long Batch => _rows.Batch;
    public override ValueGetter<DataViewRowId> GetIdGetter() => _rows.GetIdGetter();
    public override bool IsColumnActive(DataViewSchema.Column column) => _getters.IsActive(column);
    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => _getters.Get<TValue>(column);

    public override bool MoveNext()
    {
        if (++_slot >= _count)
            ReadAhead();
        bool moved = _rows.MoveNext();
        DataViewRowId id = default;
        if (moved)
            _rowId(ref id);
        if (moved != (_slot < _count) || (moved && !id.Equals(_ids[_slot])))
            throw new InvalidOperationException("Two cursors over the same data gave different rows. A source that repeats itself was expected. " +
                "Cache it, or ask for batches of 1.");
        return moved;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rows.Dispose();
            _ahead.Dispose();
        }
        base.Dispose(disposing);
    }

    private void ReadAhead()
    {
        _slot = 0;
        _isComputed = false;
        for (_count = 0; _count < _ids.Length && !_isAtEnd; _count++)
        {
            _isAtEnd = !_ahead.MoveNext();
            if (_isAtEnd)
                return;
            _aheadId(ref _ids[_count]);
            _errors[_count] = Try(() => _batch.Read(_count));
        }
    }

    private int ComputedSlot()
    {
        if (!_isComputed)
        {
            _isComputed = true;
            if (Try(() => _batch.Compute(_count)) is { } error)
                for (int i = 0; i < _count; i++)
                    _errors[i] ??= error;
        }
        _errors[_slot]?.Throw();
        return _slot;
    }

    private static ExceptionDispatchInfo? Try(Action action)
    {
        try
        {
            action();
            return null;
        }
        catch (Exception e)
        {
            return ExceptionDispatchInfo.Capture(e);   // thrown when the row is asked for
        }
    }
}
