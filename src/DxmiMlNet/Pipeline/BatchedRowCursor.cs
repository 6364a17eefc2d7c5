using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace DxmiMlNet.Pipeline;

/// <summary>
/// Two cursors over one source: <c>rows</c> is what the caller moves, <c>ahead</c> fills a batch when the caller asks for a computed column of a row that is in none.
/// A row that cannot be read or computed throws when it is its turn, not before: the other rows of its batch are served.
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
    private long _row = -1;         // where the caller is
    private long _read;             // rows that the second cursor has passed
    private long _first;            // the row in slot 0
    private int _count;             // slots in use

    public BatchedRowCursor(RowBinding binding, IBatchModel model, DataViewRowCursor rows, DataViewRowCursor ahead, DataViewSchema.Column[] wanted)
    {
        _binding = binding;
        _rows = rows;
        _ahead = ahead;
        _batch = model.CreateBatch(ahead, model.BatchSize);
        _ids = new DataViewRowId[model.BatchSize];
        _errors = new ExceptionDispatchInfo?[model.BatchSize];
        _getters = new RowGetters(binding, rows, wanted, _batch.CreateGetters(Slot));
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
        _row++;
        return _rows.MoveNext();
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

    private int Slot()
    {
        if (_row >= _first + _count)
            Fill();
        int slot = (int)(_row - _first);
        DataViewRowId id = default;
        _rowId(ref id);
        if (slot >= _count || !id.Equals(_ids[slot]))
            throw new InvalidOperationException("Two cursors over the same data gave different rows. A source that repeats itself was expected. " +
                "Cache it, or ask for batches of 1.");
        _errors[slot]?.Throw();
        return slot;
    }

    private void Fill()
    {
        _first = _row;
        _count = 0;
        for (; _read < _first; _read++)   // rows whose columns nobody asked for
            if (!_ahead.MoveNext())
                return;
        for (; _count < _ids.Length && _ahead.MoveNext(); _read++, _count++)
        {
            _aheadId(ref _ids[_count]);
            _errors[_count] = Try(() => _batch.Read(_count));
        }
        if (_count > 0 && Try(() => _batch.Compute(_count)) is { } error)
            for (int i = 0; i < _count; i++)
                _errors[i] ??= error;
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
